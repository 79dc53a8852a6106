#include "cli/load/progress.h"

#include <fmt/core.h>

#include <cstdio>

#include "base/clock.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"

namespace winnow::cli {
namespace {

constexpr uint64_t terminal_interval_ns = 100'000'000;
constexpr uint64_t line_interval_ns = 5'000'000'000;
constexpr size_t bar_width = 30;

}  // namespace

Progress::Progress()
    : terminal_(errors_are_terminal()),
      started_ns_(system_clock().monotonic_ns()),
      shown_ns_(started_ns_) {}

void Progress::show(const std::string& what, double fraction, uint64_t rows, uint64_t rejected) {
    uint64_t now_ns = system_clock().monotonic_ns();
    if (now_ns - shown_ns_ < (terminal_ ? terminal_interval_ns : line_interval_ns)) return;
    shown_ns_ = now_ns;
    std::string text = what + " ";
    if (fraction >= 0) {
        size_t filled = static_cast<size_t>(fraction * bar_width);
        if (terminal_)
            text += fmt::format("[{}{}] ", std::string(filled, '#'),
                                std::string(bar_width - filled, '.'));
        text += fmt::format("{:.0f} %, ", fraction * 100);
    }
    double seconds = static_cast<double>(now_ns - started_ns_) / 1e9;
    text += fmt::format("{} rows, {}/s", count_text(rows),
                        count_text(static_cast<uint64_t>(static_cast<double>(rows) / seconds)));
    if (rejected != 0) text += fmt::format(", {} rejected", count_text(rejected));
    fmt::print(stderr, "{}{}{}", terminal_ ? "\r" : "", text, terminal_ ? "\x1b[K" : "\n");
    std::fflush(stderr);
    visible_ = terminal_;
}

void Progress::end() {
    if (!visible_) return;
    fmt::print(stderr, "\r\x1b[K");
    visible_ = false;
}

}  // namespace winnow::cli
