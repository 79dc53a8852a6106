#pragma once
// What a command of the shell answers when it cannot do its work: one line for people, which names
// the thing and the remedy, and the exit status that a script sees.
//
//   0   done        1   failed: nothing found, refused, no server, some lines rejected
//                   2   wrong usage: nothing was tried
//
// Plain values.

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "client/failure.h"

namespace winnow::cli {

inline constexpr int status_failed = 1;
inline constexpr int status_usage = 2;

struct Trouble {
    std::string text;
    int status = status_failed;
};

template <class T = void>
using Answer = tl::expected<T, Trouble>;

template <class... Args>
tl::unexpected<Trouble> failed(fmt::format_string<Args...> format, Args&&... args) {
    return tl::unexpected(Trouble{fmt::format(format, std::forward<Args>(args)...), status_failed});
}
template <class... Args>
tl::unexpected<Trouble> misused(fmt::format_string<Args...> format, Args&&... args) {
    return tl::unexpected(Trouble{fmt::format(format, std::forward<Args>(args)...), status_usage});
}

// A failure of the client; a lost server gets the remedy.
tl::unexpected<Trouble> failed(const client::Failure& failure);

}  // namespace winnow::cli

namespace winnow {

// So that WINNOW_TRY passes a Trouble on.
inline tl::unexpected<cli::Trouble> fail(cli::Trouble trouble) {
    return tl::unexpected<cli::Trouble>(std::move(trouble));
}

}  // namespace winnow
