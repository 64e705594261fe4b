/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_BANDWIDTH_TRACE_H
#define SURGERY_BANDWIDTH_TRACE_H

#include "ns3/surgery-number-file.h"

#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A rate over time that repeats forever: piecewise linear, possibly with jumps between the pieces.
 *
 * B(t), the integral of the rate, is what the link carries up to time t; the inverse of B tells
 * when a number of bytes has passed. Both are exact up to the rounding of double.
 */
class BandwidthTrace
{
  public:
    static constexpr double MAX_SECONDS = MAX_RATE_SECONDS; //!< the longest period, s
    static constexpr double MAX_BPS = MAX_RATE_BPS;         //!< the highest rate, bit/s

    /**
     * A piece of a period. It begins where the one before it ends, the first one at 0 s.
     */
    struct Piece
    {
        double untilS{0};  ///< where in the period it ends, s
        double fromBps{0}; ///< rate at its begin, bit/s
        double toBps{0};   ///< rate at its end, bit/s; linear in between
    };

    /**
     * @param period the pieces, in the order of time
     * @throws std::invalid_argument if there is none, one is not longer than 0 s, the period
     *         exceeds 1e9 s, a rate is not in 0..1e12 bit/s, or the mean rate is below 1 bit/s
     */
    explicit BandwidthTrace(const std::vector<Piece>& period);

    /**
     * Make a trace of constant rates, one after the other, from the first again after the last.
     *
     * @param steps seconds and bit/s of each step
     * @return the trace
     * @throws std::invalid_argument as the constructor does
     */
    static BandwidthTrace MakeSteps(const std::vector<std::pair<double, double>>& steps);

    /**
     * Make a trace that goes from one rate to another, linear in time, then again from the first.
     *
     * @param fromBps rate at the begin, bit/s
     * @param toBps rate at the end, bit/s
     * @param seconds how long it takes, s
     * @return the trace
     * @throws std::invalid_argument as the constructor does
     */
    static BandwidthTrace MakeRamp(double fromBps, double toBps, double seconds);

    /**
     * Make a trace of two rates that alternate.
     *
     * @param firstBps the first rate, bit/s
     * @param secondBps the second rate, bit/s
     * @param secondsEach how long each of them lasts, s
     * @return the trace
     * @throws std::invalid_argument as the constructor does
     */
    static BandwidthTrace MakeSquareWave(double firstBps, double secondBps, double secondsEach);

    /**
     * @return how long it lasts until it repeats, s
     */
    double GetPeriodSeconds() const;

    /**
     * @return the mean rate, bit/s
     */
    double GetMeanBps() const;

    /**
     * @return the highest rate, bit/s
     */
    double GetPeakBps() const;

    /**
     * @param seconds a time, s, >= 0
     * @return the rate at that time, bit/s; at a jump the one after it
     */
    double GetRateBps(double seconds) const;

    /**
     * B(t).
     *
     * @param seconds a time, s, >= 0
     * @return what it carries up to then, byte
     */
    double GetBytes(double seconds) const;

    /**
     * The inverse of B: GetBytes(GetSeconds(b)) = b, to a millionth of a byte or 15 digits.
     *
     * @param bytes an amount, byte, >= 0
     * @return the earliest time up to which it carries that much, s
     */
    double GetSeconds(double bytes) const;

  private:
    /// A piece with its integral.
    struct Segment
    {
        double startS{0};     ///< s
        double endS{0};       ///< s
        double startBytes{0}; ///< B at its begin
        double endBytes{0};   ///< B at its end
        double fromBps{0};    ///< bit/s
        double slope{0};      ///< bit/s per s
    };

    /// Where a time lies.
    struct Place
    {
        double periods{0};               ///< whole periods before it
        double seconds{0};               ///< since the begin of its segment, s
        const Segment* segment{nullptr}; ///< of m_segments
    };

    /**
     * @param seconds a time, s, >= 0
     * @return where it lies
     */
    Place Find(double seconds) const;

    std::vector<Segment> m_segments; ///< one period
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_BANDWIDTH_TRACE_H
