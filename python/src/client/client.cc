#include "python/src/client/client.h"

#include <fmt/core.h>

#include "python/src/arguments.h"
#include "python/src/client/database.h"
#include "python/src/errors.h"
#include "python/src/gil.h"

namespace winnow::python {

Client::Client(nb::handle config) : config_(Config::of(config)) {
    connect();
}

Client::~Client() {
    close();
    without_gil([&] { database_.reset(); });
}

std::unique_ptr<client::Client> Client::open() {
    if (!config_.embedded) {
        auto connected = without_gil([&] { return client::Client::connect(config_.cluster); });
        return take(std::move(connected));
    }
    if (database_ == nullptr)
        database_ = config_.shared_database != nullptr ? config_.shared_database
                                                       : open_database(config_.database);
    auto connected = without_gil([&] { return database_->connect(); });
    return take(std::move(connected));
}

void Client::connect() {
    if (connection_ != nullptr) return;
    std::shared_ptr<client::Client> opened = open();
    // Another thread may have been faster.
    if (connection_ == nullptr) connection_.swap(opened);
    without_gil([&] { opened.reset(); });
}

void Client::close() {
    std::shared_ptr<client::Client> closed = std::move(connection_);
    without_gil([&] { closed.reset(); });
}

bool Client::is_connected() const {
    return connection_ != nullptr && connection_->cluster().nodes().has_value();
}

std::shared_ptr<client::Client> Client::connection() const {
    if (connection_ == nullptr)
        raise(client_code::cluster, "the client is closed; connect() opens it again");
    return connection_;
}

namespace {

nb::object connect(nb::handle self, nb::handle, nb::handle) {
    nb::cast<Client&>(self).connect();
    return nb::borrow(self);
}

std::string represent(const Client& client) {
    const Config& config = client.config();
    std::string where = config.embedded ? "embedded" : "";
    for (const client::NodeAddress& seed : config.cluster.seeds)
        where += fmt::format("{}{}", where.empty() ? "" : ", ", seed.text());
    return fmt::format("<winnow.Client {}, {}>", where,
                       client.is_connected() ? "connected" : "closed");
}

}  // namespace

ClientClass bind_client(nb::module_& module) {
    ClientClass type(module, "Client", "A connected client, for any number of threads.");
    type.def(nb::init<nb::handle>(), required("config"))
        .def("connect", connect, optional("username"), optional("password"),
             "Answers the client itself; connects again after close().")
        .def("close", &Client::close, "Closes all connections; later calls raise ClusterError.")
        .def("is_connected", &Client::is_connected, "Whether it is connected, and not closed.")
        .def(
            "get_policies", [](const Client& client) { return client.policies().as_dict(); },
            "The policies that calls without one use.")
        .def("__enter__", [](nb::handle self) { return nb::borrow(self); })
        .def("__exit__",
             [](Client& client, nb::args) {
                 client.close();
                 return false;
             })
        .def("__repr__", represent);
    bind_records(type);
    bind_operate(type);
    bind_batch(type);
    bind_old_batch(type);
    bind_info(type);
    bind_indexes(type);
    bind_functions_in_lua(type);
    bind_unserved(type);
    return type;
}

}  // namespace winnow::python
