/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef END_SIGNALS_H
#define END_SIGNALS_H

#include <cstddef>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Writes into the files of RunStatus that a signal has ended the program, which then ends as it
 * would have. Signals for which the program has a handler of its own, or which it ignores, are left
 * to it. While files are watched, SIGXFSZ is ignored, so that a file that is too large is an error
 * of writing like a full disk. The dispositions are restored with the last file.
 */
class EndSignals
{
  public:
    /// Length of the text that is written.
    static constexpr std::size_t STATE_BYTES = 448;

    /// Makes a text of that length from a state and a reason.
    using Describe = std::string (*)(const std::string& state, std::string reason);

    /**
     * Watch a file.
     *
     * @param file descriptor
     * @param offset where the text goes, the same for all files
     * @param describe makes the text, for all files
     */
    static void Watch(int file, long offset, Describe describe);

    /// Leave a file as it is. @param file descriptor
    static void Forget(int file);
};

} // namespace surgery
} // namespace ns3

#endif // END_SIGNALS_H
