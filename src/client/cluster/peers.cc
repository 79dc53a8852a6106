#include "client/cluster/peers.h"

#include <algorithm>
#include <charconv>

namespace winnow::client {
namespace {

constexpr size_t peers_max = 1024;
constexpr size_t addresses_max = 64;

// Reads the list from the front; every step says whether it was there.
class PeerReader {
public:
    explicit PeerReader(std::string_view text) : rest_(text) {}

    bool read(PeerList& list) {
        uint16_t port = 0;
        if (!number(list.generation) || !skip(',')) return false;
        if (!skip(',')) {
            if (!number(port) || !skip(',')) return false;
        }
        if (!skip('[')) return false;
        while (!skip(']')) {
            if (list.peers.size() == peers_max) return false;
            if (!list.peers.empty() && !skip(',')) return false;
            if (!peer(list.peers.emplace_back(), port)) return false;
        }
        return rest_.empty();
    }

private:
    bool peer(Peer& peer, uint16_t default_port) {
        if (!skip('[')) return false;
        peer.name = until(",[]");
        if (peer.name.empty() || !skip(',')) return false;
        until(",[]");  // the name for TLS
        if (!skip(',') || !skip('[')) return false;
        while (!skip(']')) {
            if (peer.addresses.size() == addresses_max) return false;
            if (!peer.addresses.empty() && !skip(',')) return false;
            if (!address(peer.addresses.emplace_back(), default_port)) return false;
        }
        return skip(']');
    }

    bool address(NodeAddress& address, uint16_t default_port) {
        if (skip('[')) {  // IPv6
            address.host = until("]");
            if (!skip(']')) return false;
        } else {
            address.host = until(":,]");
        }
        address.port = default_port;
        if (skip(':') && !number(address.port)) return false;
        return !address.host.empty() && address.port != 0;
    }

    bool skip(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::string_view until(std::string_view ends) {
        size_t at = std::min(rest_.find_first_of(ends), rest_.size());
        std::string_view piece = rest_.substr(0, at);
        rest_.remove_prefix(at);
        return piece;
    }
    template <class T>
    bool number(T& value) {
        auto parsed = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (parsed.ec != std::errc{}) return false;
        rest_.remove_prefix(static_cast<size_t>(parsed.ptr - rest_.data()));
        return true;
    }

    std::string_view rest_;
};

}  // namespace

Result<PeerList> parse_peers(std::string_view value) {
    PeerList list;
    if (!PeerReader(value).read(list))
        return fail(ResultCode::server_error, "a list of peers that cannot be read");
    return list;
}

}  // namespace winnow::client
