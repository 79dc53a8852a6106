#pragma once
// How far a load is, on standard error: a bar on a terminal, elsewhere a line now and then. One
// thread.

#include <cstdint>
#include <string>

namespace winnow::cli {

class Progress {
public:
    Progress();

    // `fraction` of the input, 0 to 1, below 0 if nobody knows. Cheap enough for every batch.
    void show(const std::string& what, double fraction, uint64_t rows, uint64_t rejected);
    // Takes the bar away.
    void end();

private:
    bool terminal_;
    uint64_t started_ns_;
    uint64_t shown_ns_;
    bool visible_ = false;
};

}  // namespace winnow::cli
