#pragma once
// CHECK(condition): a broken assumption ends the process with file and line, in release builds too.
// User input never reaches one: what a peer can send is refused with an Error.

namespace winnow {
[[noreturn]] void check_failed(const char* file, int line, const char* condition);
}

#define CHECK(condition)                                            \
    do {                                                            \
        if (!(condition)) [[unlikely]]                              \
            ::winnow::check_failed(__FILE__, __LINE__, #condition); \
    } while (0)
