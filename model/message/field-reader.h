/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FIELD_READER_H
#define FIELD_READER_H

#include "ns3/surgery-message-terms.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
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
 * Turns bytes into the fields of messages, as field-writer.h writes them.
 */

/**
 * @ingroup dnn-surgery
 *
 * Turns bytes into fields, never reading beyond them.
 */
class FieldReader
{
  public:
    /**
     * @param bytes where to start
     * @param size how many there are
     */
    FieldReader(const uint8_t* bytes, std::size_t size)
        : m_bytes(bytes),
          m_left(size)
    {
    }

    /**
     * @tparam T the field's type
     * @tparam Checks what tells whether its value is good: of no concern here
     * @param [out] value the field, of no meaning if the bytes do not suffice
     */
    template <typename T, typename... Checks>
    void operator()(const char* /* name */,
                    const char* /* unit */,
                    T& value,
                    const Checks&... /* checks */)
    {
        m_isLastAbsent = false;
        if constexpr (std::is_same_v<T, std::string>)
        {
            Text(value);
        }
        else if constexpr (std::is_same_v<T, std::vector<std::string>>)
        {
            value.clear();
            for (auto count = Integer<uint16_t>(); count > 0 && m_good; --count)
            {
                Text(value.emplace_back());
            }
        }
        else if constexpr (std::is_same_v<T, std::vector<bool>>)
        {
            Cut(value);
        }
        else if constexpr (std::is_same_v<T, std::vector<double>>)
        {
            const std::size_t count = Integer<uint16_t>();
            if (Need(count * sizeof(double)))
            {
                value.resize(count);
                std::generate(value.begin(), value.end(), [this] { return Double(); });
            }
        }
        else if constexpr (std::is_same_v<T, double>)
        {
            value = Double();
        }
        else if constexpr (std::is_enum_v<T>)
        {
            const auto number = Integer<uint8_t>();
            m_good = m_good && number < std::size(WireValues<T>::VALUES);
            value = WireValues<T>::VALUES[m_good ? number : 0];
        }
        else
        {
            value = static_cast<T>(Integer<std::make_unsigned_t<T>>());
        }
    }

    /**
     * Reads an optional field if there are bytes left.
     *
     * @tparam T the field's type
     * @tparam Checks as above
     * @param name its name
     * @param unit its unit
     * @param [out] value the field
     * @param absent its value if it did not travel
     */
    template <typename T, typename... Checks>
    void Optional(const char* name,
                  const char* unit,
                  T& value,
                  const std::decay_t<T>& absent,
                  const Checks&... /* checks */)
    {
        if (m_left == 0)
        {
            value = absent;
            return;
        }
        (*this)(name, unit, value);
        m_isLastAbsent = value == absent;
    }

    /**
     * @tparam T an unsigned type
     * @return a number, 0 if the bytes do not suffice
     */
    template <typename T>
    T Integer()
    {
        uint64_t value = 0;
        if (Need(sizeof(T)))
        {
            for (std::size_t i = 0; i < sizeof(T); ++i)
            {
                value = value << 8 | m_bytes[i];
            }
            Skip(sizeof(T));
        }
        return static_cast<T>(value);
    }

    /**
     * @return whether the bytes are exactly the fields read, as FieldWriter writes them
     */
    bool IsComplete() const
    {
        return m_good && m_left == 0 && !m_isLastAbsent;
    }

  private:
    /**
     * @param [out] value a text, unchanged if the bytes do not suffice
     */
    void Text(std::string& value)
    {
        const auto size = Integer<uint16_t>();
        if (Need(size))
        {
            value.assign(m_bytes, m_bytes + size);
            Skip(size);
        }
    }

    /**
     * @return a number, 0 if the bytes do not suffice
     */
    double Double()
    {
        const auto bits = Integer<uint64_t>();
        double value;
        std::memcpy(&value, &bits, sizeof(value));
        return value;
    }

    /**
     * @param [out] value a cut
     */
    void Cut(std::vector<bool>& value)
    {
        const std::size_t count = Integer<uint32_t>();
        const auto size = (count + 7) / 8;
        if (!Need(size))
        {
            return;
        }
        value.resize(count);
        std::size_t i = 0;
        for (auto bit = value.begin(); bit != value.end(); ++bit, ++i)
        {
            *bit = (m_bytes[i / 8] & 0x80 >> i % 8) != 0;
        }
        if (count % 8 != 0 && (m_bytes[size - 1] & 0xff >> count % 8) != 0)
        {
            m_good = false;
        }
        Skip(size);
    }

    /**
     * @param size how many bytes are wanted
     * @return whether they are there
     */
    bool Need(std::size_t size)
    {
        m_good = m_good && size <= m_left;
        return m_good;
    }

    /**
     * @param size how many bytes were taken
     */
    void Skip(std::size_t size)
    {
        m_bytes += size;
        m_left -= size;
    }

    const uint8_t* m_bytes;     //!< the next byte
    std::size_t m_left;         //!< how many there are
    bool m_good{true};          //!< whether all is well so far
    bool m_isLastAbsent{false}; //!< whether the last field need not have traveled
};

} // namespace surgery
} // namespace ns3

#endif // FIELD_READER_H
