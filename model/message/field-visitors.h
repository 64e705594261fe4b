/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FIELD_VISITORS_H
#define FIELD_VISITORS_H

#include "field-writer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <ostream>
#include <string>
#include <type_traits>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @file
 * @ingroup dnn-surgery
 *
 * Visitors for ForEachField() that only read the fields of a message: one checks, one prints.
 */

/**
 * @ingroup dnn-surgery
 *
 * Finds the first field with a value that a receiver rejects.
 */
class FaultFinder
{
  public:
    /**
     * @tparam T the field's type
     * @tparam Checks the type of a check
     * @param name its name
     * @param value the field
     * @param isGood what tells whether its value is good; all are, if there is none
     */
    template <typename T, typename... Checks>
    void operator()(const char* name,
                    const char* /* unit */,
                    const T& value,
                    const Checks&... isGood)
    {
        if (!m_field && !(CanTravel(value) && (isGood(value) && ...)))
        {
            m_field = name;
        }
    }

    /**
     * Checks an optional field, which "absent" fits, too.
     *
     * @tparam T the field's type
     * @tparam Checks as above
     * @param name its name
     * @param unit its unit
     * @param value the field
     * @param absent the value that does not travel
     * @param isGood as above
     */
    template <typename T, typename... Checks>
    void Optional(const char* name,
                  const char* unit,
                  const T& value,
                  const std::decay_t<T>& absent,
                  const Checks&... isGood)
    {
        if (!(value == absent))
        {
            (*this)(name, unit, value, isGood...);
        }
    }

    /**
     * @return the name of the first bad field, nullptr if there is none
     */
    const char* GetField() const
    {
        return m_field;
    }

  private:
    /**
     * @tparam T the field's type
     * @param value the field
     * @return whether its kind can express it
     */
    template <typename T>
    static bool CanTravel(const T& value)
    {
        constexpr auto MAX_COUNT = std::numeric_limits<uint16_t>::max();
        if constexpr (std::is_same_v<T, std::string>)
        {
            return value.size() <= MAX_COUNT &&
                   std::none_of(value.begin(), value.end(), [](unsigned char c) {
                       return c < 0x20 || c == 0x7f;
                   });
        }
        else if constexpr (std::is_same_v<T, std::vector<double>>)
        {
            return value.size() <= MAX_COUNT;
        }
        else if constexpr (std::is_same_v<T, std::vector<std::string>>)
        {
            return value.size() <= MAX_COUNT &&
                   std::all_of(value.begin(), value.end(), &CanTravel<std::string>);
        }
        else if constexpr (std::is_enum_v<T>)
        {
            return GetWireNumber(value) < std::size(WireValues<T>::VALUES);
        }
        else
        {
            return true;
        }
    }

    const char* m_field{nullptr}; //!< the first bad field
};

/**
 * @ingroup dnn-surgery
 *
 * Prints fields as name=value with the unit.
 */
class FieldPrinter
{
  public:
    /**
     * @param os where to print
     */
    explicit FieldPrinter(std::ostream& os)
        : m_os(os)
    {
    }

    /**
     * @tparam T the field's type
     * @tparam Checks what tells whether its value is good: of no concern here
     * @param name its name
     * @param unit its unit
     * @param value the field
     */
    template <typename T, typename... Checks>
    void operator()(const char* name,
                    const char* unit,
                    const T& value,
                    const Checks&... /* checks */)
    {
        m_os << ' ' << name << '=';
        if constexpr (std::is_same_v<T, std::vector<bool>>)
        {
            m_os << std::count(value.begin(), value.end(), true) << '/' << value.size();
        }
        else if constexpr (std::is_same_v<T, std::vector<double>> ||
                           std::is_same_v<T, std::vector<std::string>>)
        {
            for (std::size_t i = 0; i < value.size(); ++i)
            {
                m_os << (i > 0 ? "," : "") << value[i];
            }
        }
        else if constexpr (std::is_enum_v<T>)
        {
            m_os << +GetWireNumber(value);
        }
        else if constexpr (sizeof(T) == 1)
        {
            m_os << +value;
        }
        else
        {
            m_os << value;
        }
        m_os << unit;
    }

    /**
     * Prints an optional field unless it is absent.
     *
     * @tparam T the field's type
     * @tparam Checks as above
     * @param name its name
     * @param unit its unit
     * @param value the field
     * @param absent the value that does not travel
     */
    template <typename T, typename... Checks>
    void Optional(const char* name,
                  const char* unit,
                  const T& value,
                  const std::decay_t<T>& absent,
                  const Checks&... /* checks */)
    {
        if (!(value == absent))
        {
            (*this)(name, unit, value);
        }
    }

  private:
    std::ostream& m_os; //!< where to print
};

} // namespace surgery
} // namespace ns3

#endif // FIELD_VISITORS_H
