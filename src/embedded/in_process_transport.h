#pragma once
// The client's transport to a database in the same process. A channel hands each request to
// dispatch() as it is sent, in the caller's thread, and hands out the reply where it was written:
// no copy, no thread, no system call.
//
// What a request does not do at once (the rest of a query) is done in steps by receive(), and only
// when everything written so far has been read: the memory of a query is that of one frame. Between
// steps receive() looks at its deadline. A channel that is dropped ends its request.

#include <memory>

#include "client/transport/transport.h"
#include "embedded/core.h"

namespace winnow::embedded {

class InProcessTransport final : public client::Transport {
public:
    explicit InProcessTransport(std::shared_ptr<Core> core) : core_(std::move(core)) {}
    Result<std::unique_ptr<client::Channel>> open(const client::NodeAddress& address,
                                                  Deadline deadline) override;
    const char* text_after_fork() const override { return Core::foreign_text(); }

private:
    std::shared_ptr<Core> core_;
};

}  // namespace winnow::embedded
