#include "cli/output/terminal.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace winnow::cli {
namespace {

volatile sig_atomic_t interrupt_seen = 0;

void on_interrupt(int signal_number) {
    if (interrupt_seen != 0) {
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    }
    interrupt_seen = 1;
}

// The flag is looked at now and then: a signal may come just before a wait, or to another thread.
bool await_input() {
    constexpr int look_interval_ms = 100;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    while (!interrupted()) {
        if (poll(&input, 1, look_interval_ms) > 0) return true;
    }
    return false;
}

}  // namespace

bool output_is_terminal() {
    return isatty(STDOUT_FILENO) == 1;
}

bool input_is_terminal() {
    return isatty(STDIN_FILENO) == 1;
}

bool errors_are_terminal() {
    return isatty(STDERR_FILENO) == 1;
}

size_t terminal_width() {
    winsize size{};
    if (!output_is_terminal() || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

bool read_line(std::string& line) {
    line.clear();
    for (char c = 0; await_input() && read(STDIN_FILENO, &c, 1) == 1; line += c) {
        if (c == '\n') return true;
    }
    return !line.empty() && !interrupted();
}

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
}

bool interrupted() {
    return interrupt_seen != 0;
}

void forget_interrupt() {
    interrupt_seen = 0;
}

}  // namespace winnow::cli
