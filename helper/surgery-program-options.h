/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_PROGRAM_OPTIONS_H
#define SURGERY_PROGRAM_OPTIONS_H

#include "ns3/command-line.h"
#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/surgery-bounded-time.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The command line of a program, like ns3::CommandLine and with its page of help, but strict: an
 * option takes its whole value, and a value that is wrong is told in one line.
 *
 * ns3::CommandLine takes of a text what stands before its first blank, reads "3x" as 3, and ends
 * the program with a core on a mistyped Time or on some mistyped attributes. Here, these throw:
 * - text: takes everything, an empty text and blanks included ("--out=my results")
 * - a number: must be one as a whole, in the option's range; integers are digits, without exponent
 * - bool: true, t, 1, false, f or 0, in any case; the name alone turns the default into its
 * opposite
 * - Time and DataRate: a number with one of ns-3's units
 * - ns-3's own options, --RngRun=3, --ns3::CLASS::ATTRIBUTE=VALUE: known, with a value they take
 */
class ProgramOptions
{
  public:
    /// The largest --RngSeed: ns-3's generator ends the program on a larger one.
    static constexpr uint32_t LARGEST_SEED = 4294944442;

    /// Takes an option's value, and throws std::invalid_argument if it is wrong.
    using Taker = std::function<void(const std::string& value)>;

    /**
     * @param file the program's source file, __FILE__, after which the page of help names it
     */
    explicit ProgramOptions(const std::string& file);

    /**
     * @param text what the program does, for the page of help
     */
    void Usage(const std::string& text);

    /**
     * Add an option.
     *
     * @param name its name
     * @param help what it is, for the page of help
     * @param value its default; set by Parse
     * @param check called with the value, given or not, when all options are set; none if left out
     */
    void AddValue(const std::string& name,
                  const std::string& help,
                  std::string& value,
                  Taker check = Taker());

    /**
     * Add an option.
     *
     * @param name its name
     * @param help what it is, for the page of help
     * @param value its default; set by Parse
     */
    void AddValue(const std::string& name, const std::string& help, bool& value);

    /**
     * Add an option.
     *
     * @param name its name
     * @param help what it is, for the page of help
     * @param value its default; set by Parse
     * @param least the least value that may be given
     * @param most the greatest one
     */
    void AddValue(const std::string& name,
                  const std::string& help,
                  uint32_t& value,
                  uint32_t least = 0,
                  uint32_t most = std::numeric_limits<uint32_t>::max());

    /// @copydoc AddValue(const std::string&,const std::string&,uint32_t&,uint32_t,uint32_t)
    void AddValue(const std::string& name,
                  const std::string& help,
                  uint64_t& value,
                  uint64_t least = 0,
                  uint64_t most = std::numeric_limits<uint64_t>::max());

    /// @copydoc AddValue(const std::string&,const std::string&,uint32_t&,uint32_t,uint32_t)
    void AddValue(const std::string& name,
                  const std::string& help,
                  double& value,
                  double least = std::numeric_limits<double>::lowest(),
                  double most = std::numeric_limits<double>::max());

    /// @copydoc AddValue(const std::string&,const std::string&,uint32_t&,uint32_t,uint32_t)
    void AddValue(const std::string& name,
                  const std::string& help,
                  Time& value,
                  Time least = Time(0),
                  Time most = BoundTime(Time::Max()));

    /// @copydoc AddValue(const std::string&,const std::string&,uint32_t&,uint32_t,uint32_t)
    void AddValue(const std::string& name,
                  const std::string& help,
                  DataRate& value,
                  DataRate least = DataRate(1),
                  DataRate most = DataRate(uint64_t{1000000000000000000}));

    /**
     * Add an option that the program reads by itself.
     *
     * @param name its name
     * @param help what it is, for the page of help
     * @param taker called with its value; what it throws gets the option's name in front
     */
    void AddTaker(const std::string& name, const std::string& help, Taker taker);

    /**
     * Set what the arguments say, in their order. --help and ns-3's --Print options print, and end
     * the program.
     *
     * @param argc number of arguments, the program's name included
     * @param argv the arguments
     * @throws std::invalid_argument in one line that names the option, the value and what is
     * allowed
     */
    void Parse(int argc, char* argv[]);

    /**
     * @param name of an option
     * @return whether the arguments that were parsed set it
     */
    bool IsGiven(const std::string& name) const;

    /**
     * @return the names of the options that the arguments set
     */
    std::set<std::string> GetGiven() const;

  private:
    /// An option.
    struct Option
    {
        std::string name;              ///< without dashes
        bool isFlag{false};            ///< whether the name alone says enough
        Taker taker;                   ///< of its value
        bool isGiven{false};           ///< whether an argument set it
        std::function<void()> check{}; ///< once all options are set; may be none
    };

    /// Add an option to the page of help, and to those that Parse knows.
    /// @param option it @param help what it is @param defaultValue in text; empty: none is shown
    void Add(Option option, const std::string& help, const std::string& defaultValue);

    /// Add an option whose value is a number within bounds. @tparam T of it @tparam Read how to
    /// read
    /// @param name its name @param help what it is @param value where @param least bound
    /// @param most bound
    template <class T>
    void AddCount(const std::string& name,
                  const std::string& help,
                  T& value,
                  uint64_t least,
                  uint64_t most);

    /// Take an argument. @param argument with its dashes
    void Take(const std::string& argument);

    /// Tell that there is no such option. @param name as given @return what to throw
    std::string ExplainUnknown(const std::string& name) const;

    CommandLine m_help;            ///< knows the page of help
    std::vector<Option> m_options; ///< in the order they were added
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_PROGRAM_OPTIONS_H
