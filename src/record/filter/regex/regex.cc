#include "record/filter/regex/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>

#include "record/filter/regex/syntax.h"

namespace winnow::filter {
namespace {

constexpr int64_t program_memory_max = int64_t{8} << 20;
constexpr size_t pattern_size_max = 65'536;

std::string_view up_to_nul(std::string_view text) {
    return text.substr(0, text.find('\0'));
}

}  // namespace

Regex::Regex() = default;
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

Result<Regex> Regex::compile(std::string_view pattern, uint32_t flags) {
    pattern = up_to_nul(pattern);
    if (pattern.size() > pattern_size_max)
        return fail(ResultCode::parameter, "a regex has at most 65,536 bytes");
    auto translated = translate_regex(pattern, flags);
    if (!translated) return fail(translated.error());
    Regex regex;
    if (translated->is_plain) {
        regex.plain_ = std::move(translated->plain);
        regex.at_start_ = translated->at_start;
        regex.at_end_ = translated->at_end;
        return regex;
    }
    re2::RE2::Options options(re2::RE2::Latin1);
    options.set_never_capture(true);
    options.set_log_errors(false);
    options.set_max_mem(program_memory_max);
    regex.program_ = std::make_unique<re2::RE2>(translated->text, options);
    if (!regex.program_->ok())
        return fail(ResultCode::parameter, "a regex is too large, or cannot be translated");
    regex.weight_ = static_cast<uint32_t>(std::max(1, regex.program_->ProgramSize()));
    return regex;
}

bool Regex::found_in(std::string_view text) const {
    text = up_to_nul(text);
    if (program_ != nullptr)
        return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *program_);
    if (at_start_ && at_end_) return text == plain_;
    if (at_start_) return text.starts_with(plain_);
    if (at_end_) return text.ends_with(plain_);
    if (text.size() < plain_.size()) return false;
    if (plain_.empty()) return true;
    // Several times as fast as string_view::find().
    return memmem(text.data(), text.size(), plain_.data(), plain_.size()) != nullptr;
}

}  // namespace winnow::filter
