#pragma once
// The info protocol: lines of text in a frame of type 1.
//
//   request   line LF line LF ... (the last LF may be missing)
//   reply     line TAB value LF for each line, in order, the line echoed byte for byte
//   line      name | name: | name:key=value;key=value[;] | name/part/part
//
// Views only, no allocation but for the reply. Any thread.

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace winnow {

// Walks over the lines of a request body. Empty lines are skipped.
class InfoLines {
public:
    explicit InfoLines(Bytes body) : rest_(text_of(body)) {}
    std::optional<std::string_view> next();

private:
    std::string_view rest_;
};

// One line, split. Values may hold anything but `;` (base64 has `=` and `/`), keys anything but `=`
// and `;`.
class InfoCommand {
public:
    explicit InfoCommand(std::string_view line);

    std::string_view line() const { return line_; }
    // Up to the first `:` or `/`.
    std::string_view name() const { return name_; }
    // What stands behind `name:`; empty in the path form.
    std::string_view parameters() const { return path_ ? std::string_view{} : arguments_; }

    // The value of a parameter, by any of its spellings (`ns` and `namespace`); the first that is
    // there. A parameter without `=` has an empty value.
    std::optional<std::string_view> parameter(std::string_view key) const;
    std::optional<std::string_view> parameter(std::string_view key, std::string_view other) const;

    // `name/a/b`: part 0 is a, part 1 is b; empty when missing.
    std::string_view part(size_t index) const;

    // Calls visit(key, value) for each parameter in order; false from it ends the walk.
    template <class Visitor>
    void each_parameter(Visitor visit) const {
        std::string_view rest = parameters();
        while (!rest.empty()) {
            auto [key, value] = take_parameter(rest);
            if (!key.empty() && !visit(key, value)) return;
        }
    }

private:
    struct Parameter {
        std::string_view key;
        std::string_view value;
    };
    // Takes the first parameter off `rest`.
    static Parameter take_parameter(std::string_view& rest);

    std::string_view line_;
    std::string_view name_;
    std::string_view arguments_;
    bool path_ = false;
};

// Builds a reply frame. The value goes straight into the buffer and holds neither TAB nor LF.
class InfoReplyWriter {
public:
    explicit InfoReplyWriter(Buffer& out);
    void add(std::string_view line, std::string_view value) {
        begin_line(line);
        out_.append(value);
        end_line();
    }
    // For a long value: between the two the caller appends it to the buffer.
    void begin_line(std::string_view line);
    void end_line() { out_.append_byte('\n'); }
    // Completes the frame. An empty reply would look like an error to some clients: it gets an LF.
    void end();

private:
    Buffer& out_;
    size_t frame_start_;
};

}  // namespace winnow
