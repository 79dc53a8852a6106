#pragma once
// What lasts from command to command: the connection, and what commands take for granted.
//
// One thread, but for the client, which any thread may use.

#include <cstdint>
#include <memory>
#include <string>

#include "cli/trouble.h"
#include "client/client.h"

namespace winnow::cli {

struct Session {
    std::string host = "127.0.0.1";
    uint16_t port = 3000;
    bool embedded = false;  // a database of this process instead, in memory, gone at the end
    std::string ns = "test";
    std::string set = {};  // empty: none
    bool json = false;
    bool leaving = false;  // the loop of commands ends

    std::string server_name() const;  // for people
    // Connects at its first call, again if that has failed.
    Answer<client::Client*> client();

private:
    client::Outcome<std::unique_ptr<client::Client>> connect() const;

    std::unique_ptr<client::Client> client_;
};

}  // namespace winnow::cli
