#pragma once
// What a call of the client answers when it fails. Unlike the two words of base/error.h this owns
// its text: the server may have sent it, and it outlives every reply.

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace winnow::client {

// Where it went wrong. `code` alone does not tell: a timeout may be the server's or ours.
enum class FailureSource : uint8_t {
    server,      // the server answered with this code
    timeout,     // ours: nothing came in time (code timeout)
    connection,  // could not connect, or the connection broke (code server_error)
    reply,       // the server sent what is no reply (code server_error)
    cluster,     // no node is known for this (code unavailable, or namespace_not_found)
    request,     // refused before anything was sent (code parameter, bin_name, ...)
    interrupt,   // the policy's interrupt ended it (code query_aborted)
};

struct Failure {
    ResultCode code = ResultCode::server_error;  // may be outside the table
    FailureSource source = FailureSource::server;
    // A write may have been done all the same: it was sent, and no answer says what became of it.
    bool in_doubt = false;
    std::string text;
    std::string node;  // name or address of the node; empty if none was involved

    // Another attempt, maybe at another node, can succeed.
    bool worth_retrying() const;
    // One line for people: text, code, node, in doubt.
    std::string message() const;
};

// T, or why not.
template <class T = void>
using Outcome = tl::expected<T, Failure>;

Failure server_failure(ResultCode code, std::string node);
Failure request_failure(ResultCode code, std::string_view text);
// Of a channel or a decoder: timeouts and interrupts tell by their code, all else is of `source`.
Failure failure_of(const Error& error, FailureSource source, std::string node);

}  // namespace winnow::client

namespace winnow {

// So that WINNOW_TRY passes a Failure on.
inline tl::unexpected<client::Failure> fail(client::Failure failure) {
    return tl::unexpected<client::Failure>(std::move(failure));
}

}  // namespace winnow
