#include "base/bytes.h"

#include <algorithm>

namespace winnow {

void Buffer::grow(size_t count) {
    size_t capacity = std::max<size_t>({256, capacity_ * 2, size_ + count});
    std::unique_ptr<uint8_t[]> data(new uint8_t[capacity]);
    if (size_ != 0) std::memcpy(data.get(), data_.get(), size_);
    data_ = std::move(data);
    capacity_ = capacity;
}

}  // namespace winnow
