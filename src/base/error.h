#pragma once
// Expected failures are values: Result<T>. A bug is a failed CHECK (base/check.h), never an Error.
//
// An Error is two words, a code and a text with static lifetime, so that a refusal on the path of a
// single-record command allocates nothing.

#include <tl/expected.hpp>

#include "base/result_code.h"

namespace winnow {

struct Error {
    ResultCode code;
    const char* text;  // static; says what is wrong, may name the remedy

    explicit constexpr Error(ResultCode c, const char* t = "") : code(c), text(t) {}
};

template <class T = void>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ResultCode code, const char* text = "") {
    return tl::unexpected<Error>(Error(code, text));
}
inline tl::unexpected<Error> fail(const Error& error) {
    return tl::unexpected<Error>(error);
}

// Leaves the function with the error of a Result that failed.
#define WINNOW_TRY(expression)                                         \
    do {                                                               \
        if (auto winnow_try_result = (expression); !winnow_try_result) \
            return ::winnow::fail(winnow_try_result.error());          \
    } while (0)

}  // namespace winnow
