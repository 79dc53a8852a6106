// What the official client has and no server of Winnow serves yet: named, so that a program that
// looks for it learns why.

#include <fmt/core.h>

#include "python/src/client/client.h"
#include "python/src/errors.h"

namespace winnow::python {
namespace {

constexpr const char* lua = "functions in Lua on records are not served yet";
constexpr const char* users =
    "there are no users and roles; everybody who reaches the port may do all";
constexpr const char* transactions = "transactions of several records are not served";
constexpr const char* metrics =
    "the client keeps no metrics; those of servers: info_all('statistics')";
constexpr const char* indexes = "indexes on expressions, sets and nested values are not served yet";
constexpr const char* expressions = "expressions are not served yet";

constexpr std::pair<const char*, const char*> methods[] = {
    {"apply", lua},
    {"batch_apply", lua},
    {"query_apply", lua},
    {"scan_apply", lua},
    {"index_cdt_create", indexes},
    {"index_expr_create", indexes},
    {"index_set_create", indexes},
    {"get_cdtctx_base64", indexes},
    {"get_expression_base64", expressions},
    {"set_xdr_filter", "there is no replication between data centres"},
    {"commit", transactions},
    {"abort", transactions},
    {"enable_metrics", metrics},
    {"disable_metrics", metrics},
    {"get_stats", metrics},
    {"admin_change_password", users},
    {"admin_create_pki_user", users},
    {"admin_create_role", users},
    {"admin_create_user", users},
    {"admin_drop_role", users},
    {"admin_drop_user", users},
    {"admin_get_role", users},
    {"admin_get_roles", users},
    {"admin_grant_privileges", users},
    {"admin_grant_roles", users},
    {"admin_query_role", users},
    {"admin_query_roles", users},
    {"admin_query_user", users},
    {"admin_query_user_info", users},
    {"admin_query_users", users},
    {"admin_query_users_info", users},
    {"admin_revoke_privileges", users},
    {"admin_revoke_roles", users},
    {"admin_set_password", users},
    {"admin_set_quotas", users},
    {"admin_set_whitelist", users},
};

}  // namespace

void bind_unserved(ClientClass& type) {
    for (const auto& [name, reason] : methods) {
        type.def(name, [name, reason](const Client&, nb::args, nb::kwargs) {
            raise(static_cast<int>(ResultCode::unsupported), fmt::format("{}: {}", name, reason));
        });
    }
}

}  // namespace winnow::python
