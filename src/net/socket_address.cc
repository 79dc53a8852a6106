#include "net/socket_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cstring>

namespace winnow {

// The port lies at the same place in sockaddr_in and sockaddr_in6.
static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));

uint16_t SocketAddress::port() const {
    return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

void SocketAddress::set_port(uint16_t port) {
    reinterpret_cast<sockaddr_in*>(&storage)->sin_port = htons(port);
}

std::string SocketAddress::text() const {
    char host[INET6_ADDRSTRLEN] = "?";
    if (size == 0) return host;
    if (family() == AF_INET6) {
        inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr, host,
                  sizeof host);
        return fmt::format("[{}]:{}", host, port());
    }
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr, host,
              sizeof host);
    return fmt::format("{}:{}", host, port());
}

std::vector<SocketAddress> resolve_addresses(const std::string& host, uint16_t port,
                                             const char*& reason) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    // With no name given there must be a service; the port is set afterwards.
    int status = ::getaddrinfo(host.empty() ? nullptr : host.c_str(), "0", &hints, &found);
    std::vector<SocketAddress> addresses;
    if (status != 0) {
        reason = ::gai_strerror(status);
        return addresses;
    }
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
        if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
        SocketAddress address;
        std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
        address.size = entry->ai_addrlen;
        address.set_port(port);
        addresses.push_back(address);
    }
    ::freeaddrinfo(found);
    if (addresses.empty()) reason = "the name has no IPv4 or IPv6 address";
    return addresses;
}

SocketAddress own_address(int fd) {
    SocketAddress address;
    socklen_t size = sizeof address.storage;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage), &size) == 0)
        address.size = size;
    return address;
}

SocketAddress peer_address(int fd) {
    SocketAddress address;
    socklen_t size = sizeof address.storage;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address.storage), &size) == 0)
        address.size = size;
    return address;
}

namespace {

// The number of an interface's address; empty if it is none that other machines can use.
std::string usable_address(const ifaddrs& entry) {
    char text[INET6_ADDRSTRLEN];
    if (entry.ifa_addr == nullptr || !(entry.ifa_flags & IFF_UP)) return {};
    if (entry.ifa_addr->sa_family == AF_INET) {
        const auto* address = reinterpret_cast<const sockaddr_in*>(entry.ifa_addr);
        return inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
    }
    if (entry.ifa_addr->sa_family == AF_INET6) {
        const auto* address = reinterpret_cast<const sockaddr_in6*>(entry.ifa_addr);
        if (IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr)) return {};
        return inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof text);
    }
    return {};
}

}  // namespace

std::vector<std::string> interface_addresses() {
    std::vector<std::string> usable, loopback;
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return {"127.0.0.1"};
    for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
        std::string address = usable_address(*entry);
        if (address.empty()) continue;
        (entry->ifa_flags & IFF_LOOPBACK ? loopback : usable).push_back(address);
    }
    ::freeifaddrs(first);
    if (!usable.empty()) return usable;
    return loopback.empty() ? std::vector<std::string>{"127.0.0.1"} : loopback;
}

}  // namespace winnow
