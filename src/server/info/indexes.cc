// Secondary indexes: created, dropped, listed and described.
//
//   sindex-create:ns=N;[set=S;]indexname=I;[indextype=T;]indexdata=<bin>,<type>      up to 8.0
//   sindex-create:namespace=N;[set=S;]indexname=I;[indextype=T;]bin=<bin>;type=<type>    since 8.1
//   sindex-delete:ns=N;indexname=I     sindex-exists:ns=N;indexname=I
//   sindex-list:[ns=N] = sindex[/N]    ns=N:indexname=I:set=S:bin=B:type=t:indextype=T:...;ns=N:...
//   sindex-stat:ns=N;indexname=I = sindex/N/I    entries=n;used_bytes=n;...

#include <algorithm>
#include <cctype>

#include "server/info/answer.h"
#include "server/info/commands.h"

namespace winnow {
namespace {

Result<std::string_view> index_name(const InfoCommand& command) {
    auto name = take(command, {"indexname", "indexname", ResultCode::parameter,
                               "missing 'indexname'", "missing 'indexname' value"});
    if (!name) return name;
    if (name->size() > index_name_length_max)
        return fail(ResultCode::parameter, "'indexname' value too long");
    // These would break up a list of indexes.
    if (name->find_first_of(":,\t") != std::string_view::npos)
        return fail(ResultCode::parameter, "bad 'indexname' value");
    return name;
}

bool equal_in_any_case(std::string_view one, std::string_view other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    });
}

Result<CollectionType> read_collection(const InfoCommand& command) {
    auto text = command.parameter("indextype");
    if (!text) return CollectionType::none;
    for (CollectionType type : {CollectionType::none, CollectionType::list,
                                CollectionType::map_keys, CollectionType::map_values})
        if (equal_in_any_case(*text, collection_type_text(type))) return type;
    return fail(ResultCode::parameter,
                "bad 'indextype' - must be one of 'default', 'list', 'mapkeys', 'mapvalues'");
}

std::optional<IndexType> read_type(std::string_view text) {
    for (IndexType type :
         {IndexType::integer, IndexType::string, IndexType::blob, IndexType::geo2dsphere})
        if (equal_in_any_case(text, index_type_text(type))) return type;
    return std::nullopt;
}

// `indexdata=<bin>,<type>`
Result<> read_indexdata(std::string_view data, IndexDefinition& definition) {
    size_t comma = data.find(',');
    if (comma == std::string_view::npos)
        return fail(ResultCode::parameter, "'indexdata' missing bin type");
    if (comma == 0) return fail(ResultCode::parameter, "'indexdata' missing bin name");
    if (comma > bin_name_length_max)
        return fail(ResultCode::parameter, "'indexdata' bin name too long");
    auto type = read_type(data.substr(comma + 1));
    if (!type)
        return fail(ResultCode::parameter,
                    "bad 'indexdata' bin type - must be one of 'numeric', 'string', 'blob', "
                    "'geo2dsphere'");
    definition.bin = data.substr(0, comma);
    definition.type = *type;
    return {};
}

// `bin=<bin>;type=<type>`: the form that calls numeric also integer.
Result<> read_bin_and_type(const InfoCommand& command, IndexDefinition& definition) {
    auto bin = take(command,
                    {"bin", "bin", ResultCode::parameter, "missing 'bin'", "missing 'bin' value"});
    if (!bin) return fail(bin.error());
    if (bin->size() > bin_name_length_max)
        return fail(ResultCode::parameter, "'bin' value too long");
    auto text = take(
        command, {"type", "type", ResultCode::parameter, "missing 'type'", "missing 'type' value"});
    if (!text) return fail(text.error());
    auto type = equal_in_any_case(*text, "integer") ? IndexType::integer : read_type(*text);
    if (!type)
        return fail(ResultCode::parameter,
                    "bad 'type' - must be one of 'numeric', 'integer', 'string', 'blob', "
                    "'geo2dsphere'");
    definition.bin = *bin;
    definition.type = *type;
    return {};
}

Result<IndexDefinition> read_definition(const InfoCommand& command) {
    IndexDefinition definition;
    if (auto set = command.parameter("set")) {
        if (set->size() > SetTable::name_length_max)
            return fail(ResultCode::parameter, "'set' value too long");
        definition.set = *set;
    }
    auto collection = read_collection(command);
    if (!collection) return fail(collection.error());
    definition.collection = *collection;
    if (command.parameter("exp"))
        return fail(ResultCode::unsupported, "indexes on expressions are not served yet");
    if (auto data = command.parameter("indexdata"))
        WINNOW_TRY(read_indexdata(*data, definition));
    else if (command.parameter("bin") || command.parameter("type"))
        WINNOW_TRY(read_bin_and_type(command, definition));
    else
        return fail(ResultCode::parameter, "missing 'indexdata'");
    if (command.parameter("context"))
        return fail(ResultCode::unsupported, "indexes with a context are not served yet");
    return definition;
}

void append_index(const Namespace& ns, const NamedIndex& entry, Buffer& out) {
    const IndexDefinition& definition = entry.index->definition();
    InfoPairs pairs(out, ':');
    pairs.add("ns", ns.name());
    pairs.add_name("indexname", entry.name);
    pairs.add_name("set", definition.set.empty() ? "NULL" : std::string_view(definition.set));
    pairs.add_name("bin", definition.bin);
    pairs.add("type", index_type_text(definition.type));
    pairs.add("indextype", collection_type_text(definition.collection));
    pairs.add("context", "null");
    pairs.add("state", entry.index->readable() ? "RW" : "WO");
}

void append_indexes(const Namespace& ns, bool& first, Buffer& out) {
    for (const NamedIndex& each : ns.indexes().all()) {
        if (!first) out.append_byte(';');
        first = false;
        append_index(ns, each, out);
    }
}

void append_all_indexes(const ServerContext& context, Buffer& out) {
    bool first = true;
    for (const auto& ns : context.database.namespaces()) append_indexes(*ns, first, out);
}

// Some clients look for `load_pct=` up to a `;`: it cannot be the last.
Result<> append_stat(const Namespace& ns, std::string_view name, Buffer& out) {
    auto index = ns.indexes().find(name);
    if (!index) return fail(ResultCode::index_not_found, "no index");
    const SecondaryIndex& entries = index->entries();
    uint64_t count = entries.size();
    InfoPairs pairs(out);
    pairs.add("entries", count);
    pairs.add("used_bytes", entries.memory_bytes());
    pairs.add("entries_per_bval", entries.entries_per_value());
    pairs.add("entries_per_rec", count == 0 ? 0 : 1);  // one value of one bin
    pairs.add("load_pct", index->load_percent());
    pairs.add("load_time", index->load_ms() / 1000);
    pairs.add("stat_gc_recs", 0);  // entries go with their records
    return {};
}

}  // namespace

Result<> info_sindex_create(ServerContext& context, const InfoCommand& command, Buffer& out) {
    auto name = index_name(command);
    if (!name) return fail(name.error());
    auto ns = take_namespace(context, command, "ns");
    if (!ns) return fail(ns.error());
    auto definition = read_definition(command);
    if (!definition) return fail(definition.error());
    auto created = context.database.create_index(*ns, *name, *definition);
    if (!created && created.error().code == ResultCode::index_found)
        return fail(ResultCode::index_found,
                    "'indexname' already exists with different definition");
    if (created) out.append("ok");
    return created;
}

// Dropping what is not there, even in a namespace that is not there, succeeds. The name alone
// counts: it is unique, whatever set is named with it.
Result<> info_sindex_delete(ServerContext& context, const InfoCommand& command, Buffer& out) {
    auto name = index_name(command);
    if (!name) return fail(name.error());
    auto ns = take_namespace(context, command, "ns");
    if (ns)
        WINNOW_TRY((*ns)->drop_index(*name));
    else if (!command.parameter("ns", "namespace"))
        return fail(ns.error());
    out.append("ok");
    return {};
}

Result<> info_sindex_exists(ServerContext& context, const InfoCommand& command, Buffer& out) {
    auto name = index_name(command);
    if (!name) return fail(name.error());
    auto ns = take_namespace(context, command, "ns");
    if (!ns) return fail(ns.error());
    out.append((*ns)->indexes().find(*name) ? "true" : "false");
    return {};
}

Result<> info_sindex_list(ServerContext& context, const InfoCommand& command, Buffer& out) {
    if (!command.parameter("ns", "namespace")) {
        append_all_indexes(context, out);
        return {};
    }
    auto ns = take_namespace(context, command, "ns");
    if (!ns) return fail(ns.error());
    bool first = true;
    append_indexes(**ns, first, out);
    return {};
}

// The form with a path: all, those of a namespace, or one.
Result<> info_sindex(ServerContext& context, const InfoCommand& command, Buffer& out) {
    if (command.part(0).empty()) return info_sindex_list(context, command, out);
    const auto* ns = context.database.find(command.part(0));
    if (ns == nullptr) {
        out.append("ns_type=unknown");
        return {};
    }
    if (!command.part(1).empty()) return append_stat(**ns, command.part(1), out);
    bool first = true;
    append_indexes(**ns, first, out);
    return {};
}

Result<> info_sindex_stat(ServerContext& context, const InfoCommand& command, Buffer& out) {
    auto name = index_name(command);
    if (!name) return fail(name.error());
    auto ns = take_namespace(context, command, "ns");
    if (!ns) return fail(ns.error());
    return append_stat(**ns, *name, out);
}

}  // namespace winnow
