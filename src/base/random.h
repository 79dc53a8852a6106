#pragma once
// A small seeded generator (splitmix64) for tests, the simulation and sampling; not for secrets.

#include <cstdint>

namespace winnow {

class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}
    uint64_t next() {
        uint64_t z = state_ += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    // Evenly in [0, bound); bound > 0.
    uint64_t below(uint64_t bound) {
        return static_cast<uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
    }
    bool one_in(uint64_t n) { return below(n) == 0; }

private:
    uint64_t state_;
};

// 64 bits from the operating system, for node ids and salts.
uint64_t system_random();

}  // namespace winnow
