/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "min-cut.h"

// g++ 12 takes Boost 1.74's edge iterator for uninitialized once it is inlined here
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <algorithm>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

/// Sum of the finite capacities: exact in a double, and sums of it still fit int64.
constexpr int64_t FINITE_SUM = int64_t{1} << 50;
/// Infinite capacity: more than any finite cut.
constexpr int64_t INFINITE_CAPACITY = int64_t{1} << 51;

// arcs side by side in memory: the flow spends its time on walking over them
using Graph = boost::compressed_sparse_row_graph<boost::directedS>;
using Vertex = boost::graph_traits<Graph>::vertex_descriptor;
using Edge = boost::graph_traits<Graph>::edge_descriptor;

/// An arc before the graph is made. Its twin, the other way, comes before or after it.
struct Arc
{
    Vertex from;
    Vertex to;
    int64_t capacity;
};

/// What an arc of finite capacity stands for.
enum class Price
{
    DEVICE_SECONDS,
    SERVER_SECONDS,
    TENSOR_BYTES,
};

struct FiniteArc
{
    std::size_t arc;
    Price price;
    std::size_t layer;
};

} // namespace

struct MinCut::Network
{
    Network(const DnnGraph& dnn, std::size_t firstLayer, std::size_t end)
        : first(firstLayer),
          size(end - firstLayer),
          source(size),
          sink(size + 1),
          vertices(size + 2)
    {
        Connect(source, 0, INFINITE_CAPACITY, 0);
        for (std::size_t v = 1; v < size; ++v)
        {
            finite.push_back({Connect(source, v, 0, 0), Price::SERVER_SECONDS, first + v});
            finite.push_back({Connect(v, sink, 0, 0), Price::DEVICE_SECONDS, first + v});
        }
        for (std::size_t v = 0; v + 1 < size; ++v)
        {
            AddTensor(v, dnn.GetSuccessors(first + v));
        }
        MakeGraph();
        residual.resize(capacity.size());
        predecessor.resize(vertices);
        distance.resize(vertices);
        color.resize(vertices);
    }

    /// The tensor of the graph's layer v crosses once, however many of its readers are on the
    /// server.
    void AddTensor(std::size_t v, const std::vector<std::size_t>& readers)
    {
        if (readers.empty())
        {
            return;
        }
        if (readers.size() == 1)
        {
            finite.push_back({Connect(v, readers[0] - first, 0, INFINITE_CAPACITY),
                              Price::TENSOR_BYTES,
                              first + v});
            return;
        }
        const auto tensor = vertices++;
        finite.push_back({Connect(v, tensor, 0, 0), Price::TENSOR_BYTES, first + v});
        for (const auto reader : readers)
        {
            Connect(tensor, reader - first, INFINITE_CAPACITY, 0);
            Connect(reader - first, v, INFINITE_CAPACITY, 0);
        }
    }

    /// Add an arc and its twin; returns the arc's index.
    std::size_t Connect(Vertex from, Vertex to, int64_t forward, int64_t backward)
    {
        arcs.push_back({from, to, forward});
        arcs.push_back({to, from, backward});
        return arcs.size() - 2;
    }

    /// Make the graph of all arcs, in which those from one vertex are next to each other.
    void MakeGraph()
    {
        std::vector<std::size_t> order(arcs.size()); // the arc at each place
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
            return arcs[a].from < arcs[b].from;
        });
        std::vector<std::size_t> place(arcs.size()); // of each arc
        std::vector<std::pair<Vertex, Vertex>> ends;
        for (const auto arc : order)
        {
            place[arc] = ends.size();
            ends.emplace_back(arcs[arc].from, arcs[arc].to);
            capacity.push_back(arcs[arc].capacity);
        }
        for (const auto arc : order)
        {
            const auto other = arc ^ 1;
            twin.emplace_back(arcs[other].from, place[other]);
        }
        for (auto& arc : finite)
        {
            arc.arc = place[arc.arc];
        }
        graph = Graph(boost::edges_are_sorted, ends.begin(), ends.end(), vertices);
        arcs = {};
    }

    /// A layer that is told its side is as good as the source or the sink; its own seconds, the
    /// same for all cuts then, do not count.
    void Fix(const std::vector<Side>& sides)
    {
        for (const auto& arc : finite)
        {
            const auto side = arc.price == Price::TENSOR_BYTES ? Side::EITHER : sides[arc.layer];
            if (side != Side::EITHER)
            {
                const auto isToSource = arc.price == Price::SERVER_SECONDS;
                const auto isClosed = isToSource == (side == Side::DEVICE);
                capacity[arc.arc] = isClosed ? INFINITE_CAPACITY : 0;
            }
        }
    }

    std::size_t first; ///< the DNN's layer that is the graph's first one
    std::size_t size;  ///< layers
    Vertex source;
    Vertex sink;
    std::size_t vertices;
    std::vector<Arc> arcs; ///< until the graph is made
    Graph graph;
    std::vector<FiniteArc> finite;
    std::vector<int64_t> capacity;
    std::vector<int64_t> residual;
    std::vector<Edge> twin;
    std::vector<Edge> predecessor;
    std::vector<long> distance;
    std::vector<boost::default_color_type> color;
};

MinCut::MinCut(const LayerCosts& costs)
    : MinCut(costs, 0, costs.GetDnn().GetSize())
{
}

MinCut::MinCut(const LayerCosts& costs, std::size_t first, std::size_t end)
    : m_costs(costs),
      m_network(std::make_unique<Network>(costs.GetDnn(), first, end))
{
}

MinCut::~MinCut() = default;

Cut
MinCut::Solve(double secondsPerByte, double inverseShare)
{
    const std::vector<Side> sides(m_costs.GetDnn().GetSize());
    return MakeCut(m_costs, Solve(secondsPerByte, inverseShare, sides));
}

CutLayers
MinCut::Solve(double secondsPerByte, double inverseShare, const std::vector<Side>& sides)
{
    if (!std::isfinite(secondsPerByte) || secondsPerByte < 0)
    {
        throw std::invalid_argument("seconds per byte: must be a finite number >= 0");
    }
    if (!std::isfinite(inverseShare) || inverseShare < 0)
    {
        throw std::invalid_argument("inverse share: must be a finite number >= 0");
    }
    auto& n = *m_network;
    const auto seconds = [&](const FiniteArc& arc) {
        switch (arc.price)
        {
        case Price::DEVICE_SECONDS:
            return m_costs.GetDeviceSeconds()[arc.layer];
        case Price::SERVER_SECONDS:
            return m_costs.GetServerSeconds()[arc.layer] * inverseShare;
        case Price::TENSOR_BYTES:
            break;
        }
        return static_cast<double>(m_costs.GetTensorBytes()[arc.layer]) * secondsPerByte;
    };
    double sum = 0;
    for (const auto& arc : n.finite)
    {
        sum += seconds(arc);
    }
    if (!std::isfinite(sum))
    {
        throw std::invalid_argument(
            "seconds per byte, inverse share: so large that costs overflow");
    }
    const auto scale = sum > 0 ? std::min(static_cast<double>(FINITE_SUM) / sum,
                                          std::numeric_limits<double>::max())
                               : 0.0;
    for (const auto& arc : n.finite)
    {
        n.capacity[arc.arc] = std::llround(seconds(arc) * scale);
    }
    n.Fix(sides);

    const auto edgeIndex = boost::get(boost::edge_index, n.graph);
    const auto vertexIndex = boost::get(boost::vertex_index, n.graph);
    boost::boykov_kolmogorov_max_flow(
        n.graph,
        boost::make_iterator_property_map(n.capacity.begin(), edgeIndex),
        boost::make_iterator_property_map(n.residual.begin(), edgeIndex),
        boost::make_iterator_property_map(n.twin.begin(), edgeIndex),
        boost::make_iterator_property_map(n.predecessor.begin(), vertexIndex),
        boost::make_iterator_property_map(n.color.begin(), vertexIndex),
        boost::make_iterator_property_map(n.distance.begin(), vertexIndex),
        vertexIndex,
        n.source,
        n.sink);

    // black = reached from the source; gray and white vertices are on the sink's side
    CutLayers deviceLayers(n.size);
    for (std::size_t v = 0; v < deviceLayers.size(); ++v)
    {
        deviceLayers[v] = n.color[v] == boost::black_color;
    }
    return deviceLayers;
}

} // namespace surgery
} // namespace ns3
