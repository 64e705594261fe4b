# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only

# All files of the module, room by room; both CMake builds and waf read them here. A name stands for
# NAME.h and NAME.cc, NAME.h for a header alone. PUBLIC headers are installed, and included as
# "ns3/NAME.h"; PRIVATE ones are included in quotes, from their own room and from tests.

# Collects room(NAME PUBLIC ... PRIVATE ...): ${headers}, ${private_headers}, and the sources in
# ${core_sources} or ${layer_sources}; the folder of each header is remembered for check-rooms.cmake.
macro(room name)
  cmake_parse_arguments(ROOM "" "" "PUBLIC;PRIVATE" ${ARGN})
  list(APPEND rooms ${name})
  set(room_folder model/${name})
  if("${name}" MATCHES "^helper")
    set(room_folder ${name})
  endif()
  set(room_sources layer_sources)
  if("${name}" MATCHES "^core/")
    set(room_sources core_sources)
  endif()
  foreach(entry ${ROOM_PUBLIC} ${ROOM_PRIVATE})
    string(REGEX REPLACE "\\.h$" "" base ${entry})
    if(entry STREQUAL base)
      list(APPEND ${room_sources} ${room_folder}/${base}.cc)
    endif()
    if(entry IN_LIST ROOM_PUBLIC)
      list(APPEND headers ${room_folder}/${base}.h)
    else()
      list(APPEND private_headers ${room_folder}/${base}.h)
    endif()
  endforeach()
endmacro()

# The core: plain C++17, no ns-3
room(core/files
  PUBLIC surgery-bundled-files
         surgery-json-field
         surgery-number-file
)
room(core/dnn
  PUBLIC dnn-batch-cost
         dnn-graph
         dnn-processor
         dnn-profile
         dnn-profile-library
)
room(core/partition
  PUBLIC dnn-chain-cuts
         dnn-contenders
         dnn-cut
         dnn-frontier-search
         dnn-layer-costs
         dnn-partition-frontier
  PRIVATE min-cut
          min-cuts
)
room(core/game
  PUBLIC surgery-certificate
         surgery-cut-cause
         surgery-energy
         surgery-game
         surgery-held-shares
         surgery-host-work
         surgery-latency
         surgery-line
         surgery-multi-server-game
         surgery-variant
         surgery-waiting
         surgery-welfare
  PRIVATE line-terms.h
)
room(core/equilibrium
  PUBLIC surgery-cut-search
         surgery-equilibrium
         surgery-move-costs
         surgery-multi-server-equilibrium
         surgery-response-lines
         surgery-revenue-price
         surgery-server-terms
         surgery-water-filling
  PRIVATE hand-out.h
          market
          multi-server-combinations
          multi-server-hand-out
          multi-server-lines
          server-pool
          smoothed-dual
          waiting-lines
          waiting-market
          waiting-water-filling
          worthwhile.h
)
room(core/exchange
  PUBLIC surgery-bids
         surgery-demand-book
         surgery-demand-curve
         surgery-device-demand
         surgery-price-search
)
room(core/baselines
  PUBLIC surgery-baselines
         surgery-dads
         surgery-equal-shares
         surgery-iao
         surgery-multi-server-baselines
         surgery-neurosurgeon
         surgery-optimum
  PRIVATE cut-families
)

# The ns-3 layer
room(common
  PUBLIC surgery-attributes
         surgery-background-job
         surgery-bounded-time.h
         surgery-clone
         surgery-compat.h
         surgery-fixed-attribute
         surgery-node-lookup
         surgery-number-list
         surgery-outage-schedule
         surgery-own-object.h
         surgery-put-off-timer.h
         surgery-random-variable-check
         surgery-socket-text
         surgery-type-names
         surgery-value-text
)
room(message
  PUBLIC surgery-choice-messages.h
         surgery-cut-reason
         surgery-header
         surgery-message-stream
         surgery-message-terms.h
         surgery-messages.h
         surgery-plan-messages.h
         surgery-variant-terms.h
         surgery-stall-watch
  PRIVATE codec
          field-reader.h
          field-visitors.h
          field-writer.h
)
room(link
  PUBLIC surgery-link-estimator
         surgery-link-prober
  PRIVATE fitted-link-estimator
          last-transfer-link-estimator
          measured-link-estimator
          oracle-link-estimator
          recorded-link-estimator
          window-link-estimator
)
room(energy
  PUBLIC surgery-energy-meter
         surgery-power-model
         surgery-processor-energy-model
         surgery-radio-energy-model
)
room(fluid
  PUBLIC surgery-fluid-host
         surgery-fluid-link
         surgery-fluid-network
         surgery-fluid-socket-factory
  PRIVATE fluid-bundle
          fluid-filling
          fluid-flow
          fluid-socket
          fluid-socket-settings
          fluid-wait.h
          private-link
          shared-link
)
room(choice
  PUBLIC surgery-server-choice
  PRIVATE server-choices
)
room(scheduler
  PUBLIC surgery-decentralized-dds-scheduler
         surgery-decision-process
         surgery-external-scheduler
         surgery-scheduler
  PRIVATE baseline-schedulers
          command-words
          dads-scheduler
          dds-scheduler
          equal-share-scheduler
          external-answer
          external-messages
          external-process
          iao-scheduler
          line-stream
          negotiation
          neurosurgeon-scheduler
          optimum-scheduler
)
room(device
  PUBLIC surgery-inference
         surgery-inference-client
         surgery-migration
  PRIVATE bidder
          client-attributes
          device-id-claim
          device-processor
          device-settings.h
          device-variants
          gap-statistics
          granted-cut
          link-monitor
          ongoing-inference
          ongoing-inferences
          request-burst
          request-timers
          request-times
          server-connection
          server-selection
          server-session
          server-sessions
          session-owner.h
)
room(server
  PUBLIC surgery-mec-server
         surgery-model-record
         surgery-price-policy
         surgery-server-processor
  PRIVATE announcements
          announcer
          batch-processor
          batching-processor
          client-connections
          client-traffic
          device-shares
          job-kind.h
          joint-planning
          model-loader
          model-store
          newcomers
          offloaded-jobs
          orchestrator
          peer-addresses
          peer-connections
          pooled-share-processor
          price-policies
          reception
          served-device
          served-models
          server-records
          share-ledger
          share-processor
          shared-processor
)
room(helper
  PUBLIC surgery-device-energy-helper
         surgery-inference-client-helper
         surgery-mec-server-helper
         surgery-program-options
  PRIVATE application-lists.h
          ns3-options
          radio-energy
)
room(helper/access
  PUBLIC surgery-access-network
         surgery-fluid-access-network
         surgery-host-routes
         surgery-lte-access-network
         surgery-site-link.h
         surgery-site-paths
         surgery-subnets
         surgery-wifi-access-network
         surgery-wired-access-network
  PRIVATE arp-learning
          block-ack-agreements
          bridged-sites
          link-capture
          lte-bearers
          lte-checks
          lte-setup
          lte-sounding
          server-link
          wifi-checks
          wifi-roaming
)
room(helper/sites
  PUBLIC surgery-site-network
         surgery-site-plan
  PRIVATE site-backhaul
          site-servers
)
room(helper/bandwidth
  PUBLIC surgery-bandwidth-trace
         surgery-bandwidth-trace-file
         surgery-bandwidth-trace-helper
         surgery-traced-data-rate
  PRIVATE bandwidth-trace-generator
          bandwidth-trace-text
)
room(helper/output
  PUBLIC surgery-capture-files
         surgery-csv-file
         surgery-game-observer
         surgery-provenance
         surgery-quantile-sketch
         surgery-run-program
         surgery-table-helper
         surgery-table-layout.h
         surgery-table-output
  PRIVATE csv-table-output
          end-signals
          run-status
          sqlite-table-output
          table-rows
)

# Tests: those of the core alone, those of the ns-3 layer
set(core_tests
    test/core/baselines/equal-share-test.cc
    test/core/baselines/iao-test.cc
    test/core/baselines/optimum-test.cc
    test/core/dnn/batch-cost-test.cc
    test/core/dnn/measured-profiles-test.cc
    test/core/dnn/profile-fuzz-test.cc
    test/core/dnn/profile-library-test.cc
    test/core/dnn/profile-test.cc
    test/core/equilibrium/bundled-game-test.cc
    test/core/equilibrium/cut-search-test.cc
    test/core/equilibrium/market-test.cc
    test/core/equilibrium/move-costs-test.cc
    test/core/equilibrium/multi-server-test.cc
    test/core/equilibrium/response-lines-test.cc
    test/core/equilibrium/revenue-price-test.cc
    test/core/equilibrium/server-choice-test.cc
    test/core/equilibrium/waiting-equilibrium-test.cc
    test/core/equilibrium/water-filling-test.cc
    test/core/exchange/price-exchange-test.cc
    test/core/files/bundled-files-test.cc
    test/core/files/json-field-test.cc
    test/core/files/number-file-test.cc
    test/core/game/cut-cause-test.cc
    test/core/game/game-test.cc
    test/core/game/held-shares-test.cc
    test/core/game/host-work-test.cc
    test/core/game/three-machines-test.cc
    test/core/game/waiting-test.cc
    test/core/game/welfare-test.cc
    test/core/partition/chain-cuts-test.cc
    test/core/game/weighing-test.cc
    test/core/partition/frontier-search-test.cc
    test/core/partition/min-cuts-test.cc
    test/core/partition/partition-test.cc
)
set(layer_tests
    test/choice/server-choices-test.cc
    test/common/bounded-time-test.cc
    test/common/clone-test.cc
    test/common/outage-schedule-test.cc
    test/common/socket-text-test.cc
    test/common/type-names-test.cc
    test/device/background-job-test.cc
    test/device/bidder-test.cc
    test/device/deadlines-test.cc
    test/device/device-variants-test.cc
    test/device/device-processor-test.cc
    test/device/gap-statistics-test.cc
    test/device/granted-cut-test.cc
    test/device/link-monitor-test.cc
    test/device/ongoing-inferences-test.cc
    test/device/request-times-test.cc
    test/energy/energy-meter-test.cc
    test/energy/power-model-test.cc
    test/fluid/fluid-sharing-test.cc
    test/fluid/fluid-socket-test.cc
    test/helper/access/access-network-test.cc
    test/helper/access/fluid-access-test.cc
    test/helper/access/lte-access-test.cc
    test/helper/access/several-networks-test.cc
    test/helper/access/wifi-roaming-test.cc
    test/helper/access/wired-access-test.cc
    test/helper/bandwidth/bandwidth-trace-test.cc
    test/helper/bandwidth/trace-replay-test.cc
    test/helper/device-energy-helper-test.cc
    test/helper/helper-test.cc
    test/helper/program-options-test.cc
    test/helper/output/quantile-sketch-test.cc
    test/helper/output/run-status-test.cc
    test/helper/output/table-helper-test.cc
    test/helper/output/table-output-test.cc
    test/helper/sites/site-network-test.cc
    test/helper/sites/site-plan-test.cc
    test/link/estimator-test.cc
    test/link/first-guess-test.cc
    test/link/probing-test.cc
    test/link/recorded-link-estimator-test.cc
    test/link/stall-test.cc
    test/message/codec-test.cc
    test/message/cut-reason-test.cc
    test/message/header-test.cc
    test/message/message-stream-test.cc
    test/message/stall-watch-test.cc
    test/scheduler/command-words-test.cc
    test/scheduler/external-process-test.cc
    test/scheduler/external-scheduler-test.cc
    test/scheduler/negotiation-adversity-test.cc
    test/scheduler/negotiation-test.cc
    test/scheduler/negotiation-waiting-test.cc
    test/server/announcements-test.cc
    test/server/batch-processor-test.cc
    test/server/client-connections-test.cc
    test/server/model-store-test.cc
    test/server/newcomers-test.cc
    test/server/orchestrator-test.cc
    test/server/peers-test.cc
    test/server/pooled-share-processor-test.cc
    test/server/price-policies-test.cc
    test/server/served-device-test.cc
    test/server/served-models-test.cc
    test/server/share-ledger-test.cc
    test/server/share-processor-test.cc
    test/server/visits-test.cc
    test/system/adversity-test.cc
    test/system/attributes-test.cc
    test/system/batches-test.cc
    test/system/cancel-test.cc
    test/system/chaos-test.cc
    test/system/choice-adversity-test.cc
    test/system/choice-test.cc
    test/system/crawl-test.cc
    test/system/deadline-test.cc
    test/system/fluid-test.cc
    test/system/host-work-test.cc
    test/system/identity-test.cc
    test/system/ipv6-test.cc
    test/system/latency-validation-test.cc
    test/system/lifecycle-test.cc
    test/system/lte-handover-test.cc
    test/system/migration-test.cc
    test/system/mobility-test.cc
    test/system/models-test.cc
    test/system/own-objects-test.cc
    test/system/prediction-test.cc
    test/system/random-draw-test.cc
    test/system/recut-test.cc
    test/system/rivals-test.cc
    test/system/run-summary-test.cc
    test/system/server-chaos-test.cc
    test/system/variants-test.cc
    test/system/waiting-test.cc
)
set(core_benchmarks
    test/benchmark/core-benchmark.cc
    test/benchmark/multi-server-benchmark.cc
)
set(layer_benchmarks
    test/benchmark/bridge-benchmark.cc
    test/benchmark/network-benchmark.cc
)
