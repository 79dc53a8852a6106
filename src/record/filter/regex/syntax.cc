#include "record/filter/regex/syntax.h"

#include <bitset>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "record/filter/regex/regex.h"

namespace winnow::filter {
namespace {

using ByteSet = std::bitset<256>;

constexpr unsigned groups_deep_max = 200;
constexpr unsigned repeat_max = 1'000;  // RE2's

constexpr uint8_t to_upper(uint8_t byte) {
    return byte >= 'a' && byte <= 'z' ? static_cast<uint8_t>(byte - 32) : byte;
}

// The classes of the C locale.
bool in_class(std::string_view name, uint8_t byte) {
    if (byte >= 0x80) return false;
    bool lower = byte >= 'a' && byte <= 'z', upper = byte >= 'A' && byte <= 'Z';
    bool digit = byte >= '0' && byte <= '9', printable = byte >= 0x20 && byte < 0x7f;
    bool blank = byte == ' ' || byte == '\t';
    if (name == "alpha") return lower || upper;
    if (name == "digit") return digit;
    if (name == "alnum") return lower || upper || digit;
    if (name == "upper") return upper;
    if (name == "lower") return lower;
    if (name == "space") return blank || (byte >= '\n' && byte <= '\r');
    if (name == "blank") return blank;
    if (name == "punct") return printable && byte != ' ' && !lower && !upper && !digit;
    if (name == "print") return printable;
    if (name == "graph") return printable && byte != ' ';
    if (name == "cntrl") return !printable;
    return digit || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');  // xdigit
}

bool is_class(std::string_view name) {
    for (std::string_view known : {"alpha", "digit", "alnum", "upper", "lower", "space", "blank",
                                   "punct", "print", "graph", "cntrl", "xdigit"})
        if (name == known) return true;
    return false;
}

ByteSet class_set(std::string_view name) {
    ByteSet set;
    for (unsigned byte = 0; byte < 256; byte++)
        set[byte] = in_class(name, static_cast<uint8_t>(byte));
    return set;
}

const ByteSet& word_set() {
    static const ByteSet words = class_set("alnum").set('_');
    return words;
}

// What the next characters of a pattern are, in either syntax.
enum class Token : uint8_t {
    end,
    character,  // one byte
    any,        // .
    set,        // [...] or \w and its like
    line_start,
    line_end,
    text_start,  // \`
    text_end,    // \'
    word_edge,
    word_inside,
    word_start,  // \<
    word_end,    // \>
    open,
    close,
    alternative,
    star,
    plus,
    question,
    interval,  // the opening brace
    refused,   // what cannot be translated
};

class Translator {
public:
    Translator(std::string_view pattern, uint32_t flags)
        : pattern_(pattern),
          extended_(flags & regex_flag::extended),
          ignore_case_(flags & regex_flag::ignore_case),
          newline_(flags & regex_flag::newline) {}

    Result<TranslatedRegex> translate() {
        next();
        alternatives(0);
        if (error_ != nullptr) return fail(ResultCode::parameter, error_);
        return std::move(out_);
    }

private:
    void refuse(const char* text) {
        if (error_ == nullptr) error_ = text;
        token_ = Token::end;
    }

    // --- tokens

    int peek(size_t ahead = 0) const {
        size_t at = at_ + ahead;
        return at < pattern_.size() ? static_cast<uint8_t>(pattern_[at]) : -1;
    }

    void next() {
        at_ += width_;
        width_ = 1;
        int c = peek();
        byte_ = static_cast<uint8_t>(c);
        if (error_ != nullptr || c < 0) {
            width_ = 0;
            token_ = Token::end;
        } else if (c == '\\') {
            escape();
        } else {
            token_ = extended_ ? plain_extended(c) : plain_basic(c);
        }
    }

    static Token plain_shared(int c) {
        if (c == '.') return Token::any;
        if (c == '[') return Token::set;
        return c == '*' ? Token::star : Token::character;
    }
    static Token plain_extended(int c) {
        switch (c) {
            case '(': return Token::open;
            case ')': return Token::close;
            case '|': return Token::alternative;
            case '+': return Token::plus;
            case '?': return Token::question;
            case '{': return Token::interval;
            case '^': return Token::line_start;
            case '$': return Token::line_end;
            default: return plain_shared(c);
        }
    }
    // ^ and $ are anchors at the edges of an expression only.
    Token plain_basic(int c) const {
        if (c == '^' && at_start_) return Token::line_start;
        if (c == '$') {
            int after = peek(1), then = peek(2);
            if (after < 0 || (after == '\\' && (then == ')' || then == '|')))
                return Token::line_end;
        }
        return plain_shared(c);
    }

    void escape() {
        int c = peek(1);
        if (c < 0) return refuse("a regex ends with a backslash");
        width_ = 2;
        byte_ = static_cast<uint8_t>(c);
        token_ = extended_ ? Token::character : escaped_basic(c);
        if (token_ != Token::character) return;
        switch (c) {
            case 'w':
            case 'W':
            case 's':
            case 'S': token_ = Token::set; break;
            case 'b': token_ = Token::word_edge; break;
            case 'B': token_ = Token::word_inside; break;
            case '`': token_ = Token::text_start; break;
            case '\'': token_ = Token::text_end; break;
            case '<': token_ = Token::word_start; break;
            case '>': token_ = Token::word_end; break;
            default:
                if (c >= '1' && c <= '9') token_ = Token::refused;
        }
    }
    static Token escaped_basic(int c) {
        switch (c) {
            case '(': return Token::open;
            case ')': return Token::close;
            case '|': return Token::alternative;
            case '+': return Token::plus;
            case '?': return Token::question;
            case '{': return Token::interval;
            default: return Token::character;
        }
    }

    // --- the grammar

    void alternatives(unsigned depth) {
        for (;;) {
            at_start_ = true;
            // What began the expression was read before at_start_ was known.
            if (!extended_ && token_ == Token::character && width_ == 1 && byte_ == '^')
                token_ = Token::line_start;
            branch(depth);
            if (token_ != Token::alternative) return;
            out_.is_plain = false;
            out_.text += '|';
            next();
        }
    }

    void branch(unsigned depth) {
        ends_with_word_ = false;
        for (bool after_anchor = true; error_ == nullptr;) {
            switch (token_) {
                case Token::end:
                case Token::alternative: return;
                case Token::close:
                    if (depth > 0) return;
                    if (!extended_) return refuse("a regex closes a group that is not open");
                    literal();
                    after_anchor = false;
                    break;
                case Token::star:
                case Token::plus:
                case Token::question:
                case Token::interval:
                    // Repeats are taken behind what they repeat; here there is nothing.
                    if (extended_ || token_ == Token::interval || !after_anchor)
                        return refuse("a regex repeats nothing");
                    literal();
                    after_anchor = false;
                    break;
                case Token::refused: return refuse("back-references are not served in a regex");
                case Token::open:
                    group(depth);
                    after_anchor = false;
                    break;
                case Token::any:
                case Token::character:
                case Token::set:
                    atom();
                    after_anchor = false;
                    break;
                case Token::word_start:
                case Token::word_end:
                    word_edge();
                    after_anchor = true;
                    break;
                default: anchor(); after_anchor = true;
            }
        }
    }

    void literal() {
        size_t start = out_.text.size();
        ByteSet set;
        set.set(byte_);
        at_start_ = false;
        ends_with_word_ = false;
        emit(set);
        next();
        repeats(start);
    }

    void group(unsigned depth) {
        if (depth >= groups_deep_max) return refuse("a regex nests too many groups");
        size_t start = out_.text.size();
        out_.is_plain = false;
        out_.text += "(?:";
        at_start_ = true;
        next();
        alternatives(depth + 1);
        if (token_ != Token::close) return refuse("a regex does not close a group");
        out_.text += ')';
        at_start_ = false;
        ends_with_word_ = false;
        next();
        repeats(start);
    }

    void atom() {
        size_t start = out_.text.size();
        ByteSet set;
        at_start_ = false;
        if (token_ == Token::any) {
            set.set();
            if (newline_) set.reset('\n');
        } else if (token_ == Token::character) {
            set.set(ignore_case_ ? to_upper(byte_) : byte_);
        } else if (width_ == 2) {
            set = byte_ == 'w' || byte_ == 'W' ? word_set() : class_set("space");
            if (byte_ == 'W' || byte_ == 'S') set.flip();
        } else {
            bracket(set);
        }
        if (error_ != nullptr) return;
        emit(set);
        ends_with_word_ = (set & ~word_set()).none();
        next();
        repeats(start);
    }

    void anchor() {
        const Token token = token_;
        bool was_first = out_.text.empty();
        at_start_ = false;
        next();
        bool is_last = token_ == Token::end;
        switch (token) {
            case Token::line_start: out_.text += newline_ ? "(?m:^)" : "\\A"; break;
            case Token::line_end: out_.text += newline_ ? "(?m:$)" : "\\z"; break;
            case Token::text_start: out_.text += "\\A"; break;
            case Token::text_end: out_.text += "\\z"; break;
            case Token::word_edge: out_.text += "\\b"; break;
            default: out_.text += "\\B"; break;
        }
        if (newline_ || token == Token::word_edge || token == Token::word_inside)
            out_.is_plain = false;
        else if (token == Token::line_start || token == Token::text_start)
            was_first ? out_.at_start = true : out_.is_plain = false;
        else
            is_last ? out_.at_end = true : out_.is_plain = false;
    }

    // \< and \> are what \b is, if a character of a word is sure to follow or to precede. RE2
    // cannot look ahead, so they are served only there.
    void word_edge() {
        const bool start = token_ == Token::word_start;
        const bool preceded = ends_with_word_;
        out_.is_plain = false;
        out_.text += "\\b";
        at_start_ = false;
        next();
        if (!start && preceded) return;
        bool follows = token_ == Token::character || token_ == Token::set;
        if (start && follows) atom();
        if (!start || !follows || !ends_with_word_)
            refuse("a word edge in a regex stands beside a character of a word");
    }

    // What stands behind an atom that was written to out_.text from `start` on.
    void repeats(size_t start) {
        for (bool again = false; error_ == nullptr; again = true) {
            std::string suffix;
            if (again && !extended_ && (token_ == Token::star || token_ == Token::interval))
                return refuse("a basic regex repeats a repeat");
            switch (token_) {
                case Token::star:
                    suffix = "*";
                    ends_with_word_ = false;
                    break;
                case Token::plus: suffix = "+"; break;
                case Token::question:
                    suffix = "?";
                    ends_with_word_ = false;
                    break;
                case Token::interval:
                    if (!interval(suffix)) return;
                    break;
                default: return;
            }
            out_.is_plain = false;
            // RE2 takes no repeat of a repeat.
            if (again) {
                out_.text.insert(start, "(?:");
                out_.text += ')';
            }
            out_.text += suffix;
            next();
        }
    }

    std::optional<unsigned> number() {
        if (peek() < '0' || peek() > '9') return {};
        unsigned value = 0;
        for (; peek() >= '0' && peek() <= '9'; at_++)
            value = std::min(value * 10 + static_cast<unsigned>(peek() - '0'), 100'000u);
        return value;
    }

    // {m} {m,} {,n} {m,n}: read up to its closing brace.
    bool interval(std::string& suffix) {
        at_ += width_;
        auto low = number();
        auto high = low;
        bool comma = peek() == ',';
        if (comma) {
            at_++;
            high = number();
        }
        width_ = extended_ ? 1 : 2;
        bool closed = extended_ ? peek() == '}' : peek() == '\\' && peek(1) == '}';
        if (!closed || (!low && !comma)) {
            refuse("a regex has a bad interval");
            return false;
        }
        unsigned from = low.value_or(0);
        if (high && *high < from) {
            refuse("a regex has an interval whose end is below its start");
            return false;
        }
        if (from > repeat_max || high.value_or(0) > repeat_max) {
            refuse("a regex repeats more than 1,000 times");
            return false;
        }
        if (from == 0) ends_with_word_ = false;
        suffix = high ? fmt::format("{{{},{}}}", from, *high) : fmt::format("{{{},}}", from);
        return true;
    }

    // --- brackets; at_ stands on the opening one, at the end on the closing one

    // One element: a byte, or a class that is added to the set.
    struct Element {
        int byte = -1;
        bool is_class = false;
    };

    Element element(ByteSet& set) {
        int c = peek();
        int kind = peek(1);
        if (c == '[' && (kind == ':' || kind == '=' || kind == '.')) return named(set, kind);
        at_++;
        auto byte = static_cast<uint8_t>(c);
        return {ignore_case_ ? to_upper(byte) : byte, false};
    }

    // [:class:]  [=c=]  [.c.]
    Element named(ByteSet& set, int kind) {
        const char closing[] = {static_cast<char>(kind), ']'};
        size_t end = pattern_.find({closing, 2}, at_ + 2);
        if (end == std::string_view::npos) {
            refuse("a regex does not close a class");
            return {};
        }
        std::string_view name = pattern_.substr(at_ + 2, end - at_ - 2);
        at_ = end + 2;
        if (kind != ':') {
            if (name.size() != 1) refuse("a regex names an unknown character");
            auto byte = static_cast<uint8_t>(name.empty() ? 0 : name[0]);
            return {ignore_case_ ? to_upper(byte) : byte, false};
        }
        if (!is_class(name)) refuse("a regex names an unknown class");
        if (ignore_case_ && (name == "upper" || name == "lower")) name = "alpha";
        if (error_ == nullptr) set |= class_set(name);
        return {-1, true};
    }

    void bracket(ByteSet& set) {
        at_++;
        bool negated = peek() == '^';
        if (negated) at_++;
        for (bool first = true; error_ == nullptr; first = false) {
            if (peek() < 0) return refuse("a regex does not close a bracket");
            if (peek() == ']' && !first) break;
            Element low = element(set);
            if (error_ != nullptr) return;
            bool range = peek() == '-' && peek(1) != ']' && peek(1) >= 0;
            if (!range) {
                if (!low.is_class) set.set(static_cast<size_t>(low.byte));
                continue;
            }
            at_++;
            Element high = peek() == '-' ? Element{at_++ != 0 ? '-' : '-', false} : element(set);
            if (error_ != nullptr) return;
            if (low.is_class || high.is_class || low.byte > high.byte)
                return refuse("a regex has a bad range");
            for (int byte = low.byte; byte <= high.byte; byte++) set.set(static_cast<size_t>(byte));
        }
        if (negated) {
            set.flip();
            if (newline_) set.reset('\n');
        }
        width_ = 1;
    }

    // --- output

    void put_byte(uint8_t byte) {
        constexpr char digits[] = "0123456789abcdef";
        const char text[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        out_.text.append(text, sizeof text);
    }

    void emit(const ByteSet& given) {
        ByteSet set = given;
        if (ignore_case_)
            for (unsigned byte = 0; byte < 256; byte++)
                set[byte] = given[to_upper(static_cast<uint8_t>(byte))];
        if (set.count() == 1) {
            auto byte = static_cast<uint8_t>(set._Find_first());
            out_.plain += static_cast<char>(byte);
            put_byte(byte);
            return;
        }
        out_.is_plain = false;
        if (set.none()) {
            out_.text += "[^\\x00-\\xff]";
            return;
        }
        out_.text += '[';
        for (unsigned low = 0; low < 256; low++) {
            if (!set[low]) continue;
            unsigned high = low;
            while (high < 255 && set[high + 1]) high++;
            put_byte(static_cast<uint8_t>(low));
            out_.text += '-';
            put_byte(static_cast<uint8_t>(high));
            low = high;
        }
        out_.text += ']';
    }

    std::string_view pattern_;
    const bool extended_;
    const bool ignore_case_;
    const bool newline_;
    size_t at_ = 0;
    size_t width_ = 0;  // of the token
    Token token_ = Token::end;
    uint8_t byte_ = 0;
    bool ends_with_word_ = false;  // what has been written surely ends with a word's character
    bool at_start_ = true;         // of an expression: of the whole, of a group, of an alternative
    const char* error_ = nullptr;
    TranslatedRegex out_;
};

}  // namespace

Result<TranslatedRegex> translate_regex(std::string_view pattern, uint32_t flags) {
    return Translator(pattern, flags).translate();
}

}  // namespace winnow::filter
