#include "protocol/info.h"

#include "protocol/frame.h"

namespace winnow {

std::optional<std::string_view> InfoLines::next() {
    while (!rest_.empty()) {
        size_t end = rest_.find('\n');
        std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        if (!line.empty()) return line;
    }
    return std::nullopt;
}

InfoCommand::InfoCommand(std::string_view line) : line_(line) {
    size_t end = line.find_first_of(":/");
    name_ = line.substr(0, end);
    if (end == std::string_view::npos) return;
    path_ = line[end] == '/';
    arguments_ = line.substr(end + 1);
}

InfoCommand::Parameter InfoCommand::take_parameter(std::string_view& rest) {
    size_t end = rest.find(';');
    std::string_view both = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    size_t equals = both.find('=');
    if (equals == std::string_view::npos) return {both, {}};
    return {both.substr(0, equals), both.substr(equals + 1)};
}

std::optional<std::string_view> InfoCommand::parameter(std::string_view key) const {
    return parameter(key, key);
}

std::optional<std::string_view> InfoCommand::parameter(std::string_view key,
                                                       std::string_view other) const {
    std::optional<std::string_view> found;
    each_parameter([&](std::string_view name, std::string_view value) {
        if (name == key || name == other) found = value;
        return !found;
    });
    return found;
}

std::string_view InfoCommand::part(size_t index) const {
    if (!path_) return {};
    std::string_view rest = arguments_;
    for (; index > 0; index--) {
        size_t slash = rest.find('/');
        if (slash == std::string_view::npos) return {};
        rest.remove_prefix(slash + 1);
    }
    return rest.substr(0, rest.find('/'));
}

InfoReplyWriter::InfoReplyWriter(Buffer& out) : out_(out), frame_start_(begin_frame(out)) {}

void InfoReplyWriter::begin_line(std::string_view line) {
    out_.append(line);
    out_.append_byte('\t');
}

void InfoReplyWriter::end() {
    if (out_.size() == frame_start_ + frame_header_size) out_.append_byte('\n');
    end_frame(out_, frame_start_, FrameType::info);
}

}  // namespace winnow
