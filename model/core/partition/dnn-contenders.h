/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DNN_CONTENDERS_H
#define DNN_CONTENDERS_H

#include "ns3/dnn-frontier-search.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Tells which cuts of a frontier can be best at a given uplink rate.
 *
 * At one x = seconds per byte a cut costs L(D) + X(D) x + E(S) y, a line in y, and few of a
 * frontier's lines are on the lower envelope. The axis of x is divided into slices, four to an
 * octave, and a slice lists the cuts that are on the envelope for some x inside it, and perhaps a
 * few more. A cut is left out only if one other cut, or a mixture of two others, costs less by a
 * part of 1e-9 all over the slice, whatever y >= 0 is: more than rounding makes of it, so that the
 * best of the cuts listed is the best of all, ties included.
 *
 * This holds if all cuts but all-local cost the same constant more, as delays and results do.
 * All-local is always listed.
 */
class Contenders
{
  public:
    /// Indices of cuts, ascending; a part of an array.
    struct Range
    {
        const uint32_t* first; ///< its begin
        const uint32_t* last;  ///< its end

        /// @return the begin
        const uint32_t* begin() const
        {
            return first;
        }

        /// @return the end
        const uint32_t* end() const
        {
            return last;
        }
    };

    /// No cuts yet: nothing can be asked.
    Contenders() = default;

    /**
     * Find the contenders. O(cuts) per slice, or little more.
     *
     * @param cuts a frontier's, by E ascending; the first is all-local
     */
    explicit Contenders(const Cuts& cuts);

    /**
     * @param secondsPerByte x, s/byte, > 0
     * @return the contenders: indices of cuts, ascending; all of them at an x that is out of the
     *         ordinary
     */
    Range Get(double secondsPerByte) const
    {
        const auto slice = GetSlice(secondsPerByte);
        return {m_cuts.data() + m_ends[slice], m_cuts.data() + m_ends[slice + 1]};
    }

  private:
    static constexpr int LEAST_EXPONENT = -44;  ///< x >= 2^-44 s/byte: 141 Tbit/s
    static constexpr int BEYOND_EXPONENT = -10; ///< x < 2^-10 s/byte: 8 kbit/s
    /// Slices to an octave, by the first bits of the fraction of x.
    static constexpr std::size_t PER_OCTAVE = 4;
    /// Slices with lists of their own; one more lists all cuts.
    static constexpr std::size_t SLICES = PER_OCTAVE * (BEYOND_EXPONENT - LEAST_EXPONENT);

    /// @param secondsPerByte x @return its slice; SLICES if it is out of the ordinary
    static std::size_t GetSlice(double secondsPerByte)
    {
        // the exponent and the first bits of the fraction of an IEEE number count slices
        static_assert(sizeof(double) == sizeof(uint64_t), "doubles are IEEE numbers");
        uint64_t bits = 0;
        std::memcpy(&bits, &secondsPerByte, sizeof(bits));
        const auto slice = (bits >> 50) - PER_OCTAVE * (1023 + LEAST_EXPONENT);
        return slice < SLICES ? static_cast<std::size_t>(slice) : SLICES;
    }

    std::vector<uint32_t> m_cuts;    ///< of all slices
    std::vector<uint32_t> m_ends{0}; ///< where each slice's cuts begin, and the end
};

} // namespace surgery
} // namespace ns3

#endif // DNN_CONTENDERS_H
