#pragma once
// Reads and changes one record: the engine's half of every single-record command and batch row.
//
// A write takes the record's lock, reads the version at most once, applies the operations in order
// to a draft, publishes at most one new version and keeps the indexes; a failed operation leaves
// everything as it was. A read takes no lock. Any thread.

#include "base/error.h"
#include "engine/namespace.h"
#include "engine/operate/command.h"

namespace winnow {

// Runs a command; its results go to `sink`, in order. On an error nothing has changed and what the
// sink was given is void. Codes: as the wire reference §4.2 orders the checks.
Result<Outcome> operate(Namespace& ns, const Command& command, ReplySink& sink);

// The same for a read whose index entry the caller has looked up (a batch does that in stages).
// REQUIRES an EpochGuard.
Result<Outcome> read_record(Namespace& ns, const Command& command, const IndexEntry& entry,
                            ReplySink& sink);

// A read's touch: gives the record the life anew that it was written with, if the version that was
// read is still current. Its generation stays: a reader disturbs no writer.
void touch_read(Namespace& ns, const Digest& digest, Lsn lsn);

}  // namespace winnow
