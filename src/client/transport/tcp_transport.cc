#include "client/transport/tcp_transport.h"

#include <algorithm>

#include "base/fork.h"

namespace winnow::client {
namespace {

// Small replies come in with whatever else is there; of large frames the receive takes just the
// rest and the header of the next, so that hardly a byte is moved afterwards.
constexpr size_t small_size = 16 << 10;
// A frame that announces much gets its memory as its bytes arrive.
constexpr size_t growth_size = 1 << 20;
constexpr size_t resting_size_max = 256 << 10;
constexpr const char* belongs_to_parent =
    "this connection was opened by another process, before fork()";

class TcpChannel : public Channel {
public:
    explicit TcpChannel(ClientSocket socket) : socket_(std::move(socket)) {}

    Result<> send(Bytes frame, Deadline deadline) override {
        if (process_.foreign()) [[unlikely]]
            return fail(ResultCode::server_error, belongs_to_parent);
        return socket_.send_all(frame, deadline);
    }

    Result<Frame> receive(Deadline deadline) override {
        // A child that goes on with a query would take the parent's bytes away.
        if (process_.foreign()) [[unlikely]]
            return fail(ResultCode::server_error, belongs_to_parent);
        if (consumed_ == received_.size()) {
            received_.clear();
            consumed_ = 0;
        }
        WINNOW_TRY(fill(frame_header_size, deadline));
        Result<FrameHeader> header = decode_frame_header(unread());
        if (!header) return fail(ResultCode::server_error, header.error().text);
        size_t size = frame_header_size + header->size;
        WINNOW_TRY(fill(size, deadline));
        Frame frame{header->type, unread().subspan(frame_header_size, header->size)};
        consumed_ += size;
        return frame;
    }

    bool reusable() override {
        return consumed_ == received_.size() && socket_.is_open() && !socket_.readable_now();
    }

    void rest() override {
        if (received_.capacity() <= resting_size_max || consumed_ != received_.size()) return;
        received_.release();
        consumed_ = 0;
    }

private:
    Bytes unread() const { return received_.bytes().subspan(consumed_); }

    // Until `size` bytes are unread.
    Result<> fill(size_t size, Deadline deadline) {
        while (received_.size() - consumed_ < size) {
            size_t missing = size - (received_.size() - consumed_);
            size_t most = missing < small_size ? small_size : missing + frame_header_size;
            most = std::min(most, growth_size);
            size_t least = std::min(missing, most);
            if (consumed_ != 0 && received_.capacity() - received_.size() < most) {
                received_.consume(consumed_);
                consumed_ = 0;
            }
            uint8_t* to = received_.reserve(most);
            Result<size_t> count = socket_.receive(to, least, most, deadline);
            if (!count) return fail(count.error());
            received_.commit(*count);
        }
        return {};
    }

    const ProcessMark process_;
    ClientSocket socket_;
    Buffer received_;
    size_t consumed_ = 0;  // of received_, by frames handed out
};

}  // namespace

Result<std::unique_ptr<Channel>> TcpTransport::open(const NodeAddress& address, Deadline deadline) {
    Result<ClientSocket> socket = ClientSocket::connect(address.host, address.port, deadline);
    if (!socket) return fail(socket.error());
    return std::make_unique<TcpChannel>(std::move(*socket));
}

}  // namespace winnow::client
