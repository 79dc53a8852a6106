#include "cli/output/terminal.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

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

void install(int flags) {
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    action.sa_flags = flags;
    sigaction(SIGINT, &action, nullptr);
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
    let_interrupts_end_reads(true);
    int c = std::getchar();
    for (; c != EOF && c != '\n'; c = std::getchar()) line += static_cast<char>(c);
    let_interrupts_end_reads(false);
    if (interrupted()) std::clearerr(stdin);
    return (c != EOF || !line.empty()) && !interrupted();
}

void catch_interrupts() {
    install(SA_RESTART);
}

void let_interrupts_end_reads(bool end_them) {
    install(end_them ? 0 : SA_RESTART);
}

bool interrupted() {
    return interrupt_seen != 0;
}

void forget_interrupt() {
    interrupt_seen = 0;
}

}  // namespace winnow::cli
