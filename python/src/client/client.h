#pragma once
// winnow.Client: the client of src/client with Python's types in front of it.
//
// A call encodes its arguments, gives the GIL away while it waits, takes it again and decodes. Any
// thread may call. close() ends new calls; those under way go on, each holds the connection. A
// child of fork() cannot use its parent's client; the client underneath tells it so.
//
// The methods lie beside this, a file for each topic.

#include <nanobind/nanobind.h>

#include <memory>
#include <string>

#include "client/client.h"
#include "embedded/database.h"
#include "python/src/config/config.h"
#include "python/src/config/policies.h"
#include "python/src/values/values.h"

namespace winnow::python {

namespace nb = nanobind;

class Client {
public:
    // Connects. `config`: a dict, see config.h.
    explicit Client(nb::handle config);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Again after close(); nothing if it is connected.
    void connect();
    void close();
    // False also when no node answers any more, and in a child of fork().
    bool is_connected() const;

    // For one call: it lives as long as the call holds it. ClusterError: closed.
    std::shared_ptr<client::Client> connection() const;

    const Config& config() const { return config_; }
    const DefaultPolicies& policies() const { return config_.policies; }
    BoolAs bool_as() const { return config_.bool_as; }

private:
    std::unique_ptr<client::Client> open();

    Config config_;
    std::shared_ptr<embedded::Database> database_;
    std::shared_ptr<client::Client> connection_;  // guarded by the GIL
};

using ClientClass = nb::class_<Client>;

// The methods, by topic.
void bind_records(ClientClass& type);
void bind_operate(ClientClass& type);
void bind_batch(ClientClass& type);
void bind_old_batch(ClientClass& type);
void bind_info(ClientClass& type);
void bind_indexes(ClientClass& type);
void bind_functions_in_lua(ClientClass& type);
void bind_unserved(ClientClass& type);

ClientClass bind_client(nb::module_& module);

// Add Query and Client.query, Scan and Client.scan.
void bind_query(nb::module_& module, ClientClass& client);
void bind_scan(nb::module_& module, ClientClass& client);

}  // namespace winnow::python
