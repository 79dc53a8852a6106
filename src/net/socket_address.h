#pragma once
// Names and addresses of TCP sockets, IPv4 and IPv6.

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

namespace winnow {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    int family() const { return storage.ss_family; }
    const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
    uint16_t port() const;
    void set_port(uint16_t port);
    // "127.0.0.1:3000", "[::1]:3000"
    std::string text() const;
};

// All addresses that `host` stands for, in the resolver's order; empty if it stands for none, and
// then `reason` says why (static text). An empty host is every address of this machine. May ask
// name servers, and block as long as they take.
std::vector<SocketAddress> resolve_addresses(const std::string& host, uint16_t port,
                                             const char*& reason);

// The address of the socket itself, and of its peer; size 0 if there is none any more.
SocketAddress own_address(int fd);
SocketAddress peer_address(int fd);

// Numbers of the addresses at which other machines reach this one: of interfaces that are up, link-
// local ones left out; the loopback addresses if there is nothing else.
std::vector<std::string> interface_addresses();

}  // namespace winnow
