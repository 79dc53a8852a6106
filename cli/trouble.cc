#include "cli/trouble.h"

namespace winnow::cli {

tl::unexpected<Trouble> failed(const client::Failure& failure) {
    if (failure.source == client::FailureSource::connection)
        return failed("{}: is the server still running? `make run` or winnowd starts one",
                      failure.message());
    if (failure.code == ResultCode::namespace_not_found)
        return failed("no such namespace: `winnow status` lists those there are");
    return failed("{}", failure.message());
}

}  // namespace winnow::cli
