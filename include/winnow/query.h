#pragma once
// Queries over a namespace, a set or a secondary index, whole or in pages. PartitionProgress says
// what is to be read and remembers how far a query came: with max_records it is a page, and given
// again, to the same client or another, the query goes on behind the last record.

#include "client/query/query.h"

namespace winnow {

using client::FrameVisitor;
using client::PartitionProgress;
using client::PartitionStatus;
using client::Predicate;
using client::Query;
using client::RecordFrame;
using client::RecordVisitor;

}  // namespace winnow
