#include "storage/store.h"

namespace winnow {

Reservation& Reservation::operator=(Reservation&& other) noexcept {
    if (this != &other) {
        release();
        store_ = std::exchange(other.store_, nullptr);
        bytes_ = std::exchange(other.bytes_, 0);
    }
    return *this;
}

void Reservation::release() {
    if (store_ != nullptr) store_->give_back(bytes_);
    store_ = nullptr;
    bytes_ = 0;
}

}  // namespace winnow
