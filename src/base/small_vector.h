#pragma once
// A vector whose first elements lie in the object itself: for lists that are nearly always short
// and must not cost an allocation. The one place that includes the library behind it.

#include <absl/container/inlined_vector.h>

namespace winnow {

template <class T, size_t inline_count>
using SmallVector = absl::InlinedVector<T, inline_count>;

}  // namespace winnow
