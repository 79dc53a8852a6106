#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

namespace winnow {
namespace {

spdlog::level::level_enum native(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warning: return spdlog::level::warn;
        case LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

spdlog::logger& logger() {
    static auto instance = [] {
        auto made = spdlog::stderr_color_mt("winnow");
        made->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
        return made;
    }();
    return *instance;
}

std::atomic<LogSink> the_sink{nullptr};

}  // namespace

void set_log_level(LogLevel level) {
    logger().set_level(native(level));
}
bool log_enabled(LogLevel level) {
    return logger().should_log(native(level));
}
void set_log_sink(LogSink sink) {
    the_sink.store(sink, std::memory_order_release);
}
void log_line(LogLevel level, std::string_view text) {
    if (LogSink sink = the_sink.load(std::memory_order_acquire)) return sink(level, text);
    logger().log(native(level), spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace winnow
