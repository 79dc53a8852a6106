// Info requests: lines, names, parameters and paths; and that a reply has its lines as they came.

#include "protocol/frame.h"
#include "protocol/info.h"
#include "touch.h"

using namespace winnow;
using winnow::fuzz::require;
using winnow::fuzz::touch;

namespace {

void check_command(std::string_view line) {
    InfoCommand command(line);
    require(command.line() == line && line.substr(0, command.name().size()) == command.name());
    command.each_parameter([&](std::string_view key, std::string_view value) {
        touch(value);
        require(!key.empty() && key.find_first_of("=;") == std::string_view::npos);
        require(value.find(';') == std::string_view::npos);
        require(command.parameter(key).has_value() && command.parameter("", key).has_value());
        return true;
    });
    for (size_t i = 0; i < 4; i++) require(command.part(i).find('/') == std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    InfoLines lines({data, size});
    Buffer out;
    InfoReplyWriter reply(out);
    size_t expected = frame_header_size;
    while (auto line = lines.next()) {
        require(!line->empty() && line->find('\n') == std::string_view::npos);
        check_command(*line);
        reply.add(*line, "value");
        expected += line->size() + 7;
    }
    reply.end();
    require(out.size() == expected || (expected == frame_header_size && out.size() == 9));
    require(decode_frame_header(out.bytes())->size == out.size() - frame_header_size);
    return 0;
}
