#pragma once
// The header of the outside project that has the name of one of ours.

inline constexpr int own_client = 1;
