#pragma once
// How calls behave: time-outs, retries, conditions of writes. Plain structs with defaults.

#include "client/policies.h"

namespace winnow {

using client::AdminPolicy;
using client::BatchPolicy;
using client::GenerationCheck;
using client::Policy;
using client::QueryPolicy;
using client::ReadPolicy;
using client::RecordExists;
using client::ReplicaChoice;
using client::ttl_default;
using client::ttl_never;
using client::ttl_unchanged;
using client::WritePolicy;
using client::WriteRules;

}  // namespace winnow
