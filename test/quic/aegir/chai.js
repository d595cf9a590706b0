import chai from 'chai'
import asPromised from 'chai-as-promised'
import parentheses from 'chai-parentheses'
import subset from 'chai-subset'

// In this order: plugins wrap each other.
for (const plugin of [asPromised, parentheses, subset]) chai.use(plugin)
chai.Assertion.addMethod('equalBytes', function equalBytes(expected) {
  const found = chai.util.flag(this, 'object')
  this.assert(
    Buffer.compare(found, expected) === 0,
    'expected the same bytes',
    'expected other bytes',
    expected,
    found
  )
})
export const { assert, expect } = chai
