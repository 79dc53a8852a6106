#pragma once
// winnow.Database: an embedded database that several clients share.
//
//   database = winnow.Database(":memory:")
//   client = winnow.client({"embedded": database})
//
// It lives as long as it or one of its clients does. GIL needed; any thread.

#include <nanobind/nanobind.h>

#include <memory>

#include "embedded/database.h"

namespace winnow::python {

namespace nb = nanobind;

class Database {
public:
    // `namespaces` and `default_ttl` as in config.h.
    Database(nb::handle path, nb::handle namespaces, nb::handle default_ttl);

    const std::shared_ptr<embedded::Database>& shared() const { return database_; }

private:
    std::shared_ptr<embedded::Database> database_;
};

// Options of an embedded database from Python; ParamError names what is wrong.
embedded::Options database_options(nb::handle path, nb::handle namespaces, nb::handle default_ttl);
std::shared_ptr<embedded::Database> open_database(embedded::Options options);

void bind_database(nb::module_& module);

}  // namespace winnow::python
