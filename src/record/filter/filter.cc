#include "record/filter/filter.h"

#include "record/filter/decode/expression.h"
#include "record/filter/decode/predexp.h"
#include "record/filter/functions.h"

namespace winnow {

using filter::Evaluation;
using filter::Truth;

Result<Filter> Filter::decode(Bytes encoded) {
    if (encoded.empty()) return fail(ResultCode::parameter, "an empty filter");
    Filter filter;
    if (encoded[0] == 0)
        WINNOW_TRY(filter::decode_predexp(encoded, filter.tree_));
    else
        WINNOW_TRY(filter::decode_filter_expression(encoded, filter.tree_));
    filter::finish(filter.tree_, filter::Purpose::filter);
    filter.metadata_ = filter::metadata_program(filter.tree_);
    return filter;
}

Result<Filter> Filter::decode_copy(Bytes encoded) {
    std::unique_ptr<uint8_t[]> copy(new uint8_t[encoded.size()]);
    if (!encoded.empty()) std::memcpy(copy.get(), encoded.data(), encoded.size());
    auto filter = decode({copy.get(), encoded.size()});
    if (filter) filter->copy_ = std::move(copy);
    return filter;
}

Filter::Verdict Filter::verdict(Truth truth, const Evaluation& evaluation) {
    if (evaluation.exhausted()) return Verdict::too_costly;
    return truth == Truth::yes ? Verdict::passes : Verdict::filtered;
}

Filter::Verdict Filter::decide(const RecordMeta& meta) const {
    const bool alone = !(tree_.root().uses & filter::uses::record);
    if (!alone && metadata_.empty()) return Verdict::needs_record;
    const filter::Node& root = alone ? tree_.root() : metadata_[0];
    Evaluation evaluation(meta);
    Truth truth = root.truth(root, evaluation);
    if (!alone && truth == Truth::unknown) return Verdict::needs_record;
    return verdict(truth, evaluation);
}

Filter::Verdict Filter::decide(const RecordMeta& meta, const Version& version,
                               uint64_t& steps) const {
    const filter::Node& root = tree_.root();
    Evaluation evaluation(meta, version);
    Truth truth = root.truth(root, evaluation);
    steps += evaluation.steps_spent();
    return verdict(truth, evaluation);
}

Result<Expression> Expression::decode(Bytes encoded, size_t& size) {
    Expression expression;
    WINNOW_TRY(filter::decode_expression(encoded, expression.tree_, size));
    filter::finish(expression.tree_, filter::Purpose::value);
    return expression;
}

bool Expression::evaluate(Evaluation& evaluation, filter::Value& out) const {
    return filter::evaluate(tree_.root(), evaluation, out) && !evaluation.exhausted();
}

}  // namespace winnow
