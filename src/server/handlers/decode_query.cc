#include "server/handlers/decode_query.h"

#include "record/value/particle.h"

namespace winnow {
namespace {

Result<> decode_partitions(const Request& message, DecodedQuery& query) {
    auto selection = PartitionSelection::decode(message.fields);
    if (!selection) return fail(selection.error());
    auto& partitions = query.request.partitions;
    if (selection->whole()) {
        // Clients from 6.0 on, which this bit tells, always name partitions.
        if (message.info3 & info3::partition_done)
            return fail(ResultCode::unsupported, "a query names its partitions");
        partitions.reserve(partition_count);
        for (uint32_t id = 0; id < partition_count; id++) partitions.push_back({id, {}, 0});
        return {};
    }
    query.stream.partition_messages = !(message.info3 & info3::partition_done);
    bool index_query = message.fields.has(FieldId::index_range);
    if (index_query && !selection->has_resume_values())
        return fail(ResultCode::parameter, "each digest to resume after needs an indexed value");
    partitions.reserve(selection->size() + selection->resume_count());
    for (size_t i = 0; i < selection->size(); i++)
        partitions.push_back({selection->partition(i), {}, 0});
    for (size_t i = 0; i < selection->resume_count(); i++) {
        Digest digest = selection->resume_digest(i);
        int64_t value = index_query ? selection->resume_value(i) : 0;
        partitions.push_back({digest.partition(), digest, value});
    }
    return {};
}

Result<> decode_predicate(const Request& message, DecodedQuery& query) {
    if (!message.fields.has(FieldId::index_range)) return {};
    auto range = index_range(message.fields);
    if (!range) return fail(range.error());
    auto collection = collection_type(message.fields);
    if (!collection) return fail(collection.error());
    IndexPredicate predicate{.bin = std::string(range->bin), .text = {}};
    predicate.collection = *collection;
    switch (static_cast<Particle>(range->particle)) {
        case Particle::integer: {
            auto bounds = integer_range(*range);
            if (!bounds) return fail(bounds.error());
            predicate.first = bounds->first;
            predicate.last = bounds->last;
            break;
        }
        case Particle::string:
            // The end of a string range is not looked at (golden query-00503).
            predicate.type = IndexType::string;
            predicate.text = text_of(range->begin);
            break;
        case Particle::blob: predicate.type = IndexType::blob; break;
        case Particle::geojson: predicate.type = IndexType::geo2dsphere; break;
        default: return fail(ResultCode::parameter, "no index is of this type");
    }
    if (message.fields.has(FieldId::index_context) || message.fields.has(FieldId::index_expression))
        return fail(ResultCode::index_not_found, "no index with a context or expression is served");
    query.request.predicate = std::move(predicate);
    return {};
}

// Bins are named by operations, or by a list in the form of older clients, not by both.
Result<> decode_bins(const Request& message, DecodedQuery& query) {
    query.request.no_bins = query.stream.no_bins = message.info1 & info1::no_bin_data;
    BinList list(message.fields);
    if (message.fields.has(FieldId::bin_list) && !message.ops.empty())
        return fail(ResultCode::parameter, "bins are named twice, by list and by operations");
    std::vector<std::string> names;
    if (!message.ops.empty()) {
        for (const Operation& operation : message.ops) names.emplace_back(operation.name);
    } else if (list.present()) {
        for (std::string_view name : list) names.emplace_back(name);
    } else {
        return {};
    }
    query.request.bins = names;
    query.stream.bins = std::move(names);
    return {};
}

Result<> refuse_unserved(const Request& message) {
    if (message.fields.has(FieldId::udf_op))
        return fail(ResultCode::unsupported, "aggregations and background UDFs are not served yet");
    if (message.info2 & info2::write)
        return fail(ResultCode::unsupported, "background writes are not served yet");
    return {};
}

// Kept with the query, which outlives the message.
Result<> decode_filter(const Request& message, DecodedQuery& query) {
    if (!message.fields.has(FieldId::filter)) return {};
    auto filter = Filter::decode_copy(message.fields.filter());
    if (!filter) return fail(filter.error());
    query.request.filter = std::make_shared<const Filter>(std::move(*filter));
    return {};
}

}  // namespace

Result<DecodedQuery> decode_query(const Request& message) {
    DecodedQuery query;
    WINNOW_TRY(refuse_unserved(message));
    query.is_short = message.info1 & info1::short_query;
    if (query.is_short && message.fields.has(FieldId::records_per_second))
        return fail(ResultCode::parameter, "a short query has no rate limit");
    auto set = message.fields.set();
    if (!set) return fail(set.error());
    query.request.set = *set;
    WINNOW_TRY(decode_filter(message, query));
    WINNOW_TRY(decode_predicate(message, query));
    WINNOW_TRY(decode_partitions(message, query));
    WINNOW_TRY(decode_bins(message, query));
    auto max_records = message.fields.max_records();
    auto task_id = message.fields.task_id();
    auto timeout = message.fields.socket_timeout_ms();
    auto rate = message.fields.records_per_second();
    if (!max_records || !task_id || !timeout || !rate)
        return fail(ResultCode::parameter, "a field of a wrong size");
    query.request.max_records = *max_records;
    query.task_id = *task_id;
    query.socket_timeout_ms = *timeout;
    query.total_timeout_ms = message.transaction_ttl_ms;
    query.stream.ns = message.fields.namespace_name();
    query.stream.compress = message.may_compress_reply();
    return query;
}

}  // namespace winnow
