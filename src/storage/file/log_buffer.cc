#include "storage/file/log_buffer.h"

#include <mutex>

#include "storage/file/format/entry_format.h"

namespace winnow {

void LogBatch::clear() {
    pieces.clear();
    blocks.clear();
    large.clear();
    dead.clear();
    bytes = reserved = 0;
    last_lsn = 0;
}

LogBuffer::Appended LogBuffer::append(const Entry& entry, size_t reserved) {
    const size_t size = entry_size(entry);
    CHECK(size <= reserved);
    if (size > large_entry) return append_large(entry, size, reserved);
    std::lock_guard hold(lock_);
    const Lsn lsn = next_lsn_++;
    if (discards_) return {lsn, 0};
    if (static_cast<size_t>(end_ - at_) < size) next_block();
    encode_entry(entry, lsn, at_);
    at_ += size;
    return account(lsn, size, reserved);
}

LogBuffer::Appended LogBuffer::append_large(const Entry& entry, size_t size, size_t reserved) {
    auto block = std::make_unique_for_overwrite<uint8_t[]>(size);
    encode_entry(entry, 0, block.get());
    std::lock_guard hold(lock_);
    const Lsn lsn = next_lsn_++;
    if (discards_) return {lsn, 0};
    stamp_lsn(block.get(), lsn);
    close_piece();
    filling_.pieces.emplace_back(block.get(), size);
    filling_.large.push_back(std::move(block));
    return account(lsn, size, reserved);
}

LogBuffer::Appended LogBuffer::account(Lsn lsn, size_t size, size_t reserved) {
    filling_.bytes += size;
    filling_.reserved += reserved;
    filling_.last_lsn = lsn;
    return {lsn, filling_.bytes};
}

void LogBuffer::note_dead(Lsn lsn, size_t bytes) {
    std::lock_guard hold(lock_);
    if (!discards_) filling_.dead.push_back({lsn, bytes});
}

size_t LogBuffer::buffered() {
    std::lock_guard hold(lock_);
    return filling_.bytes;
}

Lsn LogBuffer::last_lsn() {
    std::lock_guard hold(lock_);
    return next_lsn_ - 1;
}

LogBatch LogBuffer::take() {
    std::lock_guard hold(lock_);
    close_piece();
    piece_ = at_ = end_ = nullptr;  // the batch owns the block
    return std::exchange(filling_, std::exchange(next_, {}));
}

void LogBuffer::recycle(LogBatch&& batch) {
    LogBatch used = std::move(batch);  // what is not kept is freed after the lock
    std::lock_guard hold(lock_);
    while (!used.blocks.empty() && spare_blocks_.size() < spare_blocks_max) {
        spare_blocks_.push_back(std::move(used.blocks.back()));
        used.blocks.pop_back();
    }
    std::swap(next_, used);
    next_.clear();
}

void LogBuffer::discard() {
    std::lock_guard hold(lock_);
    discards_ = true;
}

void LogBuffer::close_piece() {
    if (at_ != piece_) filling_.pieces.emplace_back(piece_, static_cast<size_t>(at_ - piece_));
    piece_ = at_;
}

void LogBuffer::next_block() {
    close_piece();
    std::unique_ptr<uint8_t[]> block;
    if (spare_blocks_.empty()) {
        block = std::make_unique_for_overwrite<uint8_t[]>(block_size);
    } else {
        block = std::move(spare_blocks_.back());
        spare_blocks_.pop_back();
    }
    piece_ = at_ = block.get();
    end_ = at_ + block_size;
    filling_.blocks.push_back(std::move(block));
}

}  // namespace winnow
