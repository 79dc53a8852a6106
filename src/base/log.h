#pragma once
// The log: one line an event, to standard error or to a sink that a host has set. Any thread. The
// library behind it (spdlog) is included in log.cc alone.

#include <fmt/core.h>

#include <string_view>
#include <utility>

namespace winnow {

enum class LogLevel { debug, info, warning, error };

void set_log_level(LogLevel level);
// Lines go there instead of to standard error; null: back. The sink is called by any thread, also
// by several at once, and must neither block for long nor log.
using LogSink = void (*)(LogLevel level, std::string_view text);
void set_log_sink(LogSink sink);
bool log_enabled(LogLevel level);
void log_line(LogLevel level, std::string_view text);

template <class... Args>
void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
    if (log_enabled(level)) log_line(level, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
    log(LogLevel::info, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
    log(LogLevel::warning, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
    log(LogLevel::error, format, std::forward<Args>(args)...);
}

}  // namespace winnow
