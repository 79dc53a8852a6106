#include "cli/literal.h"

#include <charconv>
#include <limits>

#include "cli/words.h"
#include "record/version.h"

namespace winnow::cli {
namespace {

constexpr int64_t lowest = std::numeric_limits<int64_t>::min();
constexpr int64_t highest = std::numeric_limits<int64_t>::max();

bool looks_structured(std::string_view word) {
    return word.starts_with('[') || word.starts_with('{') || word.starts_with('"') ||
           word.starts_with("bytes\"") || word.starts_with("geo{") || word.starts_with("geo\"");
}

Answer<int64_t> integer_of(std::string_view text) {
    Answer<client::Value> value = value_of_word(text);
    if (!value) return fail(value.error());
    std::optional<int64_t> number = value->view().integer();
    if (!number) return misused("{} is no integer: ranges are of integers", text);
    return *number;
}

Answer<client::Predicate> range(std::string_view bin, std::string_view first,
                                std::string_view last) {
    Answer<int64_t> from = integer_of(first);
    if (!from) return fail(from.error());
    Answer<int64_t> to = integer_of(last);
    if (!to) return fail(to.error());
    if (*from > *to) return misused("between {} and {}: the smaller one comes first", *from, *to);
    return client::Predicate::range(bin, *from, *to);
}

// bin < 5 and its like.
Answer<client::Predicate> comparison(std::string_view bin, std::string_view sign,
                                     std::string_view text) {
    Answer<int64_t> bound = integer_of(text);
    if (!bound) return fail(bound.error());
    bool below = sign[0] == '<';
    if (sign.size() == 1) {
        if (*bound == (below ? lowest : highest))
            return misused("no integer is {} {}", sign, *bound);
        *bound += below ? -1 : 1;
    }
    return below ? client::Predicate::range(bin, lowest, *bound)
                 : client::Predicate::range(bin, *bound, highest);
}

Answer<client::Predicate> equality(std::string_view bin, std::string_view text) {
    Answer<client::Value> value = value_of_word(text);
    if (!value) return fail(value.error());
    Particle type = value->particle();
    if (type != Particle::integer && type != Particle::string && !is_blob(type))
        return misused("{}: an index finds integers, strings and bytes", text);
    return client::Predicate::equals(bin, value->view());
}

// `text` up to a word, which is taken off together with it; nothing if it does not occur.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view word) {
    size_t at = text.find(word);
    if (at == std::string_view::npos) return {};
    std::string_view before = trim(text.substr(0, at));
    text = trim(text.substr(at + word.size()));
    return before;
}

}  // namespace

Answer<client::Value> value_of_word(std::string_view word) {
    if (Result<client::Value> value = client::Value::parse(word)) return *value;
    if (looks_structured(word))
        return misused(
            "{}: begins like a value of another type and is none; as a text it is written "
            "'\"...\"', each \" in it as \\\"",
            word);
    return client::Value(client::ValueView(word));
}

Answer<client::Key> key_of_word(std::string_view ns, std::string_view set, std::string_view word) {
    if (word.empty()) return misused("a key is empty");
    Answer<client::Value> value = value_of_word(word);
    if (!value) return fail(value.error());
    if (Result<client::Key> key = client::Key::of(ns, set, value->view())) return *key;
    return client::Key::of(ns, set, word);
}

std::optional<std::string> bytes_of_hex(std::string_view text) {
    if (text.size() % 2 != 0) return {};
    std::string bytes;
    for (; !text.empty(); text.remove_prefix(2)) {
        uint8_t byte = 0;
        auto [stop, error] = std::from_chars(text.data(), text.data() + 2, byte, 16);
        if (error != std::errc{} || stop != text.data() + 2) return {};
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

Answer<Digest> digest_of_word(std::string_view word) {
    std::optional<std::string> bytes = bytes_of_hex(word);
    if (!bytes || bytes->size() != digest_size)
        return misused("'{}': a digest has {} hexadecimal digits", word, 2 * digest_size);
    return Digest::from(bytes_of(*bytes).data());
}

Answer<NamedValue> assignment_of_word(std::string_view word) {
    size_t equals = word.find('=');
    if (equals == std::string_view::npos)
        return misused("'{}': a bin is written as name=value", word);
    std::string_view name = word.substr(0, equals);
    WINNOW_TRY(check_bin_name(name));
    Answer<client::Value> value = value_of_word(word.substr(equals + 1));
    if (!value) return misused("bin {}: {}", name, value.error().text);
    return NamedValue{std::string(name), *std::move(value)};
}

Answer<client::Predicate> condition_of_text(std::string_view text) {
    text = trim(text);
    std::string_view rest = text;
    size_t name_end = rest.find_first_of(" \t=<>");
    std::string_view bin = rest.substr(0, name_end);
    rest = trim(rest.substr(bin.size()));
    WINNOW_TRY(check_bin_name(bin));

    if (rest.starts_with("between ")) {
        rest.remove_prefix(std::string_view("between ").size());
        if (auto first = take_until(rest, " and ")) return range(bin, *first, rest);
    }
    for (std::string_view sign : {"<=", ">=", "<", ">", "==", "="}) {
        if (!rest.starts_with(sign)) continue;
        std::string_view operand = trim(rest.substr(sign.size()));
        if (operand.empty()) break;
        return sign[0] == '=' ? equality(bin, operand) : comparison(bin, sign, operand);
    }
    return misused(
        "'{}' is no condition: write 'bin between 1 and 5', 'bin >= 5' or 'bin = \"text\"'", text);
}

Answer<> check_bin_name(std::string_view name) {
    if (name.empty()) return misused("a bin has no name");
    if (name.size() > bin_name_length_max)
        return misused("'{}': the name of a bin has at most {} bytes, not {}", name,
                       bin_name_length_max, name.size());
    return {};
}

}  // namespace winnow::cli
