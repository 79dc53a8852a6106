#include "cli/session.h"

#include <fmt/core.h>

#include "embedded/database.h"

namespace winnow::cli {

std::string Session::server_name() const {
    return embedded ? "a database in memory, which ends with this shell"
                    : fmt::format("{}:{}", host, port);
}

client::Outcome<std::unique_ptr<client::Client>> Session::connect() const {
    if (!embedded) return client::Client::connect({.seeds = {{host, port}}});
    auto database = embedded::Database::open();
    if (!database) return fail(database.error());
    return (*database)->connect();  // the client keeps the data
}

Answer<client::Client*> Session::client() {
    if (client_ == nullptr) {
        auto connected = connect();
        if (!connected && embedded) return failed(connected.error());
        if (!connected)
            return failed(
                "no server answers at {} ({}): start one with `make run` or winnowd, or name "
                "another with --host and --port",
                server_name(), connected.error().text);
        client_ = std::move(*connected);
    }
    return client_.get();
}

}  // namespace winnow::cli
