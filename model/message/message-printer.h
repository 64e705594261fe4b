/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MESSAGE_PRINTER_H
#define MESSAGE_PRINTER_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <type_traits>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Prints fields as name=value.
 */
class MessagePrinter
{
  public:
    /**
     * @param os where to print
     */
    explicit MessagePrinter(std::ostream& os)
        : m_os(os)
    {
    }

    /**
     * @tparam T the field's type
     * @param name its name
     * @param value the field
     */
    template <typename T>
    void operator()(const char* name, const T& value)
    {
        m_os << ' ' << name << '=';
        if constexpr (std::is_same_v<T, std::vector<bool>>)
        {
            m_os << std::count(value.begin(), value.end(), true) << '/' << value.size();
        }
        else if constexpr (std::is_same_v<T, std::vector<double>>)
        {
            for (std::size_t i = 0; i < value.size(); ++i)
            {
                m_os << (i > 0 ? "," : "") << value[i];
            }
        }
        else if constexpr (std::is_enum_v<T> || sizeof(T) == 1)
        {
            m_os << +static_cast<uint8_t>(value);
        }
        else
        {
            m_os << value;
        }
    }

  private:
    std::ostream& m_os; //!< where to print
};

} // namespace surgery
} // namespace ns3

#endif // MESSAGE_PRINTER_H
