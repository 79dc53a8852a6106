#pragma once
// The terminal: whether there is one, how wide it is, what is typed, and Ctrl-C.
//
// Ctrl-C sets a flag that what takes long looks at; the second one before that ends the program. A
// signal handler reaches nothing but a global, so the flag is one, behind these functions.

#include <cstddef>
#include <string>

namespace winnow::cli {

bool output_is_terminal();
bool input_is_terminal();
bool errors_are_terminal();  // where progress is shown
// Of standard output; 0 if it is no terminal.
size_t terminal_width();

// A line of standard input without its end, and not a byte more; false when there is none, or
// Ctrl-C has come.
bool read_line(std::string& line);

// From now on Ctrl-C sets the flag. Once, before any thread starts.
void catch_interrupts();
bool interrupted();
void forget_interrupt();

}  // namespace winnow::cli
