/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RUN_STATUS_H
#define RUN_STATUS_H

#include "ns3/nstime.h"
#include "ns3/simple-ref-count.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Says in a run's folder, in status.json, whether the run ended, and writes out its tables often,
 * so that a run that is killed leaves whole rows, and no folder that looks like that of a whole
 * run.
 *
 * The state is "running" from the beginning, with the simulated time up to which rows are in the
 * files; "ended" after Simulator::Destroy; and "cut off", with the reason, if something cannot be
 * written, if the program ends before the simulation does, or at a signal that ends it (SIGHUP,
 * SIGINT, SIGPIPE, SIGTERM). A program that cannot say so (SIGKILL) leaves "running"; the file is
 * locked (flock) as long as this is true. The file's size is fixed, because a disk that is full
 * takes only what replaces something.
 */
class RunStatus : public SimpleRefCount<RunStatus>
{
  public:
    /// Writes out what is still in memory, whole rows only.
    using Flush = std::function<void()>;

    /**
     * Begin: the run is under way.
     *
     * @param folder of the run
     * @throws std::invalid_argument if the file cannot be written
     */
    explicit RunStatus(const std::string& folder);

    ~RunStatus();

    RunStatus(const RunStatus&) = delete;
    RunStatus& operator=(const RunStatus&) = delete;

    /// Take care of a table until the run ends. @param flush what writes its rows out
    void Add(const Flush& flush);

    /**
     * Add a row to a table, and write out all tables if a simulated second, or a quarter of a
     * second on the clock, has passed since this was done last.
     *
     * @param write adds the row
     * @throws std::runtime_error what write threw; the run is cut off then
     */
    void Write(const Flush& write);

    /// The run ends before its time. The first reason counts. @param reason in one line
    void CutOff(const std::string& reason);

    /// All runs that are under way end before their time. @param reason in one line
    static void CutOffAll(const std::string& reason);

  private:
    /// The simulation is being destroyed: no more rows are to come.
    void End();

    /// All files are closed: the run has ended.
    void Finish();

    /// Do something, and cut the run off if it throws. @param work what to do
    void Try(const Flush& work);

    /// Write out all tables.
    void FlushAll();

    /// The run is no more under way.
    void Close();

    /// Write the simulated time.
    void WriteTime() const;

    /// Replace a part of the file. @param offset where @param text what stands there now
    void Overwrite(long offset, const std::string& text) const;

    std::string m_path;                            ///< of the file
    int m_file{-1};                                ///< its descriptor; -1 after the end
    std::vector<Flush> m_flushes;                  ///< of the tables
    Time m_now;                                    ///< of the last row
    Time m_flushed;                                ///< when all was written out last, simulated
    std::chrono::steady_clock::time_point m_clock; ///< the same on the clock; at first long ago
};

} // namespace surgery
} // namespace ns3

#endif // RUN_STATUS_H
